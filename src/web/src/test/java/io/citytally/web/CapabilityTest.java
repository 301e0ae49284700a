package io.citytally.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CapabilityTest {

  private static final String TEXT = "0123456789abcdef0123456789abcdef";

  @Test
  void ownsTheBallotsWhoseIdsAreItsHashes() {
    // printf 0123456789abcdef0123456789abcdef | openssl dgst -sha256 -binary | basenc --base64url
    assertThat(Capability.of(TEXT).idOf()).isEqualTo("PrG9Q5lH63YpmOVmzMLgmceREYsvQFecxPfaK1Bht_k");
    assertThat(Capability.of(TEXT).idOf("Wesoła"))
        .isEqualTo("iEx9P6vrCdhiYZu0NXov5sCu_ib77gK8gI37oc_P0SE");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "0123456789abcdef",
        "0123456789abcdef0123456789abcdeg",
        "0123456789ABCDEF0123456789ABCDEF",
        "0123456789abcdef0123456789abcdef0"
      })
  void refusesWhatIsEasilyGuessedOrMalformed(String text) {
    assertThatExceptionOfType(ProblemException.class).isThrownBy(() -> Capability.of(text));
  }
}
