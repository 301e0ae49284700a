package io.citytally.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.citytally.election.VotePer;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class CitizenIdentityTest {

  private static final byte[] KEY = new byte[32];

  private static CitizenIdentity identity(String issuer, byte[] key) {
    return new CitizenIdentity(new SignIn(issuer, "citytally"), key);
  }

  @Test
  void givesTheSameVoteTheSameId() {
    assertThat(identity("i", KEY).voteId("anna", "Wesoła", "park"))
        .isEqualTo(identity("i", KEY.clone()).voteId("anna", "Wesoła", "park"));
  }

  /** By Python's hmac, over the parts, each after its length in four bytes. */
  @Test
  void keepsToTheIdsOfVotesThatStand() {
    assertThat(identity("https://id.lunden.example", KEY).voteId("anna", "Wesoła", "park"))
        .isEqualTo("wgfhUdYMpg8_BsJ8_o6QgvkJJ1Q2i-OwTKh8Ehkt_l4");
  }

  @Test
  void givesNoTwoVotesTheSameId() {
    byte[] otherKey = KEY.clone();
    otherKey[0] = 1;

    assertThat(
            Stream.of(
                identity("i", KEY).voteId("anna"),
                identity("i", KEY).voteId("bob"),
                identity("j", KEY).voteId("anna"),
                identity("i", otherKey).voteId("anna"),
                identity("i", KEY).voteId("anna", "a"),
                identity("i", KEY).voteId("anna", "a", "b"),
                identity("i", KEY).voteId("anna", "ab", ""),
                identity("i", KEY).voteId("anna", "", "ab"),
                identity("i", KEY).voteId("annaa", "b"),
                identity("ianna", KEY).voteId("", "a")))
        .doesNotHaveDuplicates();
  }

  @Test
  void pinsWhatDecidesWhichBallotIsWhose() {
    byte[] otherKey = KEY.clone();
    otherKey[0] = 1;
    SignIn byNumber = new SignIn("i", "citytally", "pages", "citytally/vote", "number");

    assertThat(identity("i", KEY).pin(VotePer.CITY))
        .isEqualTo(identity("i", KEY.clone()).pin(VotePer.CITY));
    assertThat(
            Stream.of(
                identity("i", KEY).pin(VotePer.CITY),
                identity("i", KEY).pin(VotePer.REGION),
                identity("j", KEY).pin(VotePer.CITY),
                identity("i", otherKey).pin(VotePer.CITY),
                new CitizenIdentity(byNumber, KEY).pin(VotePer.CITY),
                new CitizenIdentity(new SignIn("i", "other"), KEY).pin(VotePer.CITY),
                new OpenVoters().pin(VotePer.CITY)))
        .doesNotHaveDuplicates();
  }

  @Test
  void insistsOnALongKey() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> identity("i", Arrays.copyOf(KEY, 31)))
        .withMessageContaining("at least 32 bytes");
  }
}
