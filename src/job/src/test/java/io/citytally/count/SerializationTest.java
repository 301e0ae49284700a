package io.citytally.count;

import static org.apache.flink.types.PojoTestUtils.assertSerializedAsPojoWithoutKryo;

import io.citytally.vote.ChangeIdentity;
import io.citytally.vote.Choice;
import io.citytally.vote.RecentVotes;
import io.citytally.vote.RejectedVote;
import io.citytally.vote.Tally;
import io.citytally.vote.VoteChange;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SerializationTest {

  @ParameterizedTest
  @ValueSource(
      classes = {
        Choice.class,
        ChangeIdentity.class,
        VoteChange.class,
        Tally.class,
        RecentVotes.class,
        RejectedVote.class,
        ChoiceChange.class,
        ListChanges.class,
        Totals.class
      })
  void serializesWithoutKryo(Class<?> type) {
    assertSerializedAsPojoWithoutKryo(type);
  }
}
