package io.citytally;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.citytally.source.Admission;
import io.citytally.source.ChangeRecords;
import io.citytally.vote.Choice;
import io.citytally.vote.RecentVotes;
import io.citytally.vote.RejectedVote;
import io.citytally.vote.Tally;
import io.citytally.vote.TotalsReader;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.runtime.jobgraph.JobVertex;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.graph.StreamEdge;
import org.apache.flink.streaming.api.graph.StreamNode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a snapshot and a person find again in the next release: the job's graph. */
class VoteCountingPipelineTest {

  static final String[] UIDS = {
    "feed",
    "decode",
    "admit",
    "deduplicate",
    "gather-tallies",
    "tally",
    "gather-newest",
    "newest",
    "gather-history",
    "history",
    "total-votes",
    "turnout",
    "vote-history",
    "recent-votes",
    "rejected-votes"
  };

  private static final VoteCountingPipeline PIPELINE =
      new VoteCountingPipeline(
          new RecordedSource(
              List.of(ChangeRecords.raw(ChangeRecords.plain("v", new Choice("North", "park"))))),
          Admission.ofAtMost(10, TotalsReader.NONE),
          new CountingSettings(
              1,
              new WriteWindows(
                  Duration.ofSeconds(1), Duration.ofSeconds(10), Duration.ofMinutes(1)),
              Duration.ofHours(25),
              Duration.ofDays(30),
              20),
          new CountingSinks(
              new RecordingSink<>(Tally.class),
              new RecordingSink<>(Tally.class),
              new RecordingSink<>(Tally.class),
              new RecordingSink<>(RecentVotes.class),
              new RecordingSink<>(RejectedVote.class)));

  private final StreamExecutionEnvironment env =
      StreamExecutionEnvironment.getExecutionEnvironment();

  @AfterEach
  void close() throws Exception {
    env.close();
  }

  private Collection<StreamNode> operatorsOf(VoteCountingPipeline pipeline) {
    pipeline.addTo(env);
    return env.getStreamGraph(false).getStreamNodes();
  }

  private Iterable<JobVertex> tasksOf(VoteCountingPipeline pipeline) {
    pipeline.addTo(env);
    return env.getStreamGraph(false).getJobGraph().getVertices();
  }

  @Test
  void everyOperatorKeepsItsStateUnderTheSameUidForGood() {
    assertThat(operatorsOf(PIPELINE))
        .extracting(StreamNode::getTransformationUID)
        .containsExactlyInAnyOrder(UIDS);
  }

  @Test
  void anOperatorsNameIsItsUid() {
    assertThat(operatorsOf(PIPELINE))
        .allSatisfy(
            operator ->
                assertThat(operator.getOperatorName())
                    .isIn(
                        operator.getTransformationUID(),
                        operator.getTransformationUID() + ": Writer",
                        "Source: " + operator.getTransformationUID()));
  }

  @Test
  void onlyTheListsOfRecentVotesAreWrittenByOneTask() {
    env.setParallelism(3);

    assertThat(operatorsOf(PIPELINE))
        .filteredOn(operator -> operator.getParallelism() == 1)
        .extracting(StreamNode::getTransformationUID)
        .containsExactlyInAnyOrder("feed", "recent-votes");
  }

  @ParameterizedTest
  @ValueSource(strings = {"gather-tallies", "gather-newest", "gather-history"})
  void changesAreGatheredInTheTaskThatDeduplicates(String gatherer) {
    assertThat(tasksOf(PIPELINE))
        .extracting(JobVertex::getName)
        .filteredOn(task -> task.contains(gatherer))
        .singleElement()
        .asString()
        .startsWith("deduplicate");
  }

  @Test
  void theStateIsDividedIntoTheSameNumberOfPartsWhateverTheParallelism() {
    env.setParallelism(100);

    assertThat(tasksOf(PIPELINE))
        .extracting(JobVertex::getMaxParallelism)
        .containsOnly(VoteCountingPipeline.MAX_PARALLELISM);
  }

  @Test
  void anEnvironmentMayDivideTheStateIntoAnotherNumberOfParts() {
    env.setMaxParallelism(11);

    assertThat(tasksOf(PIPELINE)).extracting(JobVertex::getMaxParallelism).containsOnly(11);
  }

  @Test
  void noRecordWaitsLongForOthersToFillABuffer() {
    assertThat(operatorsOf(PIPELINE))
        .flatExtracting(StreamNode::getOutEdges)
        .extracting(StreamEdge::getBufferTimeout)
        .containsOnly(5L);
  }

  /** From 2.2 on it fails a job that sets more ("Programmatic Flink configuration properties"). */
  @Test
  void theCodeSetsNothingThatManagedFlinkDoesNotAllow() {
    Set<String> before = env.getConfiguration().toMap().keySet();

    PIPELINE.addTo(env);

    assertThat(env.getConfiguration().toMap().keySet())
        .filteredOn(key -> !before.contains(key))
        .containsExactlyInAnyOrder(
            "pipeline.generic-types", "pipeline.object-reuse", "pipeline.max-parallelism");
  }

  @Test
  void nothingIsLeftToASerializerThatReadsByReflection() {
    PIPELINE.addTo(env);

    assertThatExceptionOfType(UnsupportedOperationException.class)
        .isThrownBy(
            () ->
                TypeInformation.of(Object.class)
                    .createSerializer(env.getConfig().getSerializerConfig()))
        .withMessageContaining("Generic types have been disabled");
  }
}
