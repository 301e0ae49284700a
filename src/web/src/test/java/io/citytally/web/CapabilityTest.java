package io.citytally.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.api.Test;

class CapabilityTest {

  @Test
  void ownsTheVoteWhoseIdIsItsHash() {
    // printf 0123456789abcdef | openssl dgst -sha256 -binary | basenc --base64url
    assertThat(Capability.voteId("0123456789abcdef"))
        .isEqualTo("n59REfeyengfHx3d5evC3St5a_xzZcnCi1SOVkF2kp8");
  }

  @Test
  void anIdIsACapabilityOfAnotherVote() {
    String id = Capability.voteId("0123456789abcdef");

    assertThat(Capability.voteId(id)).isNotEqualTo(id);
  }

  @Test
  void refusesWhatIsEasilyGuessed() {
    assertThatExceptionOfType(ProblemException.class)
        .isThrownBy(() -> Capability.voteId("fifteen-letters"));
  }
}
