package io.citytally.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.citytally.vote.Choice;
import org.junit.jupiter.api.Test;

class ChangeIdentifierTest {

  private static final Choice TREES = new Choice("Süd", "trees");
  private static final Choice BENCH = new Choice("Nord", "bench");

  private final ChangeIdentifier identifier = new ChangeIdentifier();

  /** Snapshots hold them: see the class. */
  @Test
  void identitiesStayWhatTheyWereInEarlierSnapshots() {
    assertThat(identifier.ofKinesisChange("v1", Operation.MODIFY, 17, TREES, BENCH))
        .hasToString("0000000000000011b370618a3849b9ae7e8ee08e2d55c6e7");
    assertThat(identifier.ofDynamoDbEvent("e1", 7))
        .hasToString("00000000000000071a513f4549efb376db8075fcba7f6e9e");
    assertThat(identifier.ofPlainVote("v1"))
        .hasToString("0000000000000000aac866a4132a349b0ca4d0c00e2b8114");
    assertThat(Long.toHexString(identifier.voteHash("v1"))).isEqualTo("65f289e433ae42b4");
  }

  @Test
  void leavingAChoiceIsNeverMistakenForTakingIt() {
    assertThat(identifier.ofKinesisChange("v1", Operation.MODIFY, 17, TREES, null))
        .isNotEqualTo(identifier.ofKinesisChange("v1", Operation.MODIFY, 17, null, TREES));
  }

  @Test
  void recordsOfDifferentKindsAreNeverTheSameChange() {
    assertThat(identifier.ofPlainVote("v1")).isNotEqualTo(identifier.ofDynamoDbEvent("v1", 0));
  }
}
