package io.citytally.local.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.citytally.count.ChoiceChange;
import io.citytally.count.DeduplicateChanges;
import io.citytally.count.GatherHistory;
import io.citytally.count.GatherTallies;
import io.citytally.count.Origin;
import io.citytally.count.TallyThrottle;
import io.citytally.source.RawRecord;
import io.citytally.source.VoteChangeDecoder;
import io.citytally.table.RejectedVotesTable;
import io.citytally.vote.ChangeIdentity;
import io.citytally.vote.Choice;
import io.citytally.vote.HistoryKey;
import io.citytally.vote.Side;
import io.citytally.vote.SourceKind;
import io.citytally.vote.VoteChange;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.flink.api.common.state.KeyedStateStore;
import org.apache.flink.api.common.state.OperatorStateStore;
import org.apache.flink.runtime.state.KeyGroupStatePartitionStreamProvider;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.StatePartitionStreamProvider;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.streaming.api.operators.KeyedProcessOperator;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.api.operators.ProcessOperator;
import org.apache.flink.streaming.api.operators.SimpleOperatorFactory;
import org.apache.flink.streaming.api.operators.StreamOperatorFactory;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.runtime.tasks.ProcessingTimeService;
import org.apache.flink.util.Collector;
import org.apache.flink.util.clock.Clock;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.PutItemRequest;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemRequest;

/** Each guard is taken out once: a plan fails without it, and passes with it. */
@Tag("proof")
class SabotageTest {

  static Stream<Arguments> guards() {
    return Stream.of(
        guard("repetitions are dropped", new CountsRepetitions(), "cast put:1 put-again"),
        guard(
            "repetitions of a ballot are dropped",
            new CountsRepetitions(),
            "several:0:135 put:1 put-again"),
        guard(
            "each choice of a ballot has an identity of its own",
            new GivesABallotOneIdentity(),
            "several:0:135"),
        guard(
            "each refused choice of a ballot has a place of its own",
            new PutsRefusalsWithout("-[0-9a-f]{48}$"),
            "ballot:2 several:0:135"),
        guard(
            "of the choices that a ballot takes one is listed",
            new ListsAllChoices(),
            "several:0:135"),
        guard(
            "turnouts that wait to be written outlive a restart",
            forgetting("turnout"),
            "cast:0:3 raise-epoch cast:1:4 put:1 crash work:12 checkpoint work:8 work:9 crash"),
        guard(
            "repetitions are remembered across a restart",
            forgetting("deduplicate"),
            "cast put:1 work:16 checkpoint work:16 work:16 crash put-again"),
        guard(
            "the filter tells a restart from a beginning",
            new TakesARestartForABeginning(),
            "jump:1 cast put:1 work:12 checkpoint work:13 work:13 crash put-again"),
        guard(
            "what is remembered in memory is in the snapshot, too",
            new WritesNoSlice(),
            "clock:2 several:0:421 put:1 savepoint work:12 work:13 crash put-again"),
        guard(
            "running totals outlive a restart",
            forgetting("tally"),
            "cast:0:2 night crash cast:1:2"),
        guard(
            "sums of changes are sent ahead of a barrier",
            inPlaceOf("gather-tallies", new KeepsSumsOfChanges()),
            "plain put:1 checkpoint work:14 work:5 crash"),
        guard(
            "totals that wait to be written outlive a restart",
            forgetting("total-votes"),
            "several:1:407 several:0:168 several:0:473 put:4 work:12 checkpoint work:13"
                + " work:13 crash"),
        guard(
            "rejected records that wait outlive a restart",
            forgetting("rejected-votes"),
            "spoil outage:1 put:1 work:13 checkpoint work:13 crash answer:4"),
        guard(
            "the newest votes outlive a restart",
            forgetting("newest"),
            "several:0:68 night crash several:1:330"),
        guard(
            "lists that wait to be written outlive a restart",
            forgetting("recent-votes"),
            "cast put:1 work:16 checkpoint work:16 work:16"
                + " lose-request lose-request lose-request crash"),
        guard(
            "a bucket of the history is that of the change, not of its arrival",
            inPlaceOf("gather-history", new GoesByTheClock()),
            "cast pass:60000 put:1 work:16"),
        guard(
            "the history is sent ahead of a barrier",
            inPlaceOf("gather-history", new KeepsWhatItGathers()),
            "cast put:1 work:16 checkpoint work:16 crash"),
        guard(
            "running sums of the history outlive a restart",
            forgetting("history"),
            "cast:0:2 put:1 work:16 pass:1000 work:16 savepoint work:16 crash cast:1:2"),
        guard("writes have a condition", new WritesWithoutCondition(), "plain zombie"),
        guard("writes ask for what was counted", new AsksOnlyForTheEpoch(), "zombie cast:1 cast"),
        guard(
            "writes ask for the epoch", new AsksNotForTheEpoch(), "cast raise-epoch cast:5 zombie"),
        guard(
            "barriers are aligned",
            new Sabotage() {
              @Override
              public boolean alignsBarriers() {
                return false;
              }
            },
            "start:9 checkpoint plain work:12:660 put:1 work:13:128 work:13 work:4 zombie"),
        guard(
            "what is gathered goes ahead of a barrier",
            new Sabotage() {
              @Override
              public boolean preparesForBarriers() {
                return false;
              }
            },
            "cast cast:8 put:3 work:8:125 answer:3:962 checkpoint work:16 crash"),
        guard(
            "a checkpoint's positions are those of its state",
            new Sabotage() {
              @Override
              public boolean keepsPositionsOfTheBarrier() {
                return false;
              }
            },
            "cast put:1 checkpoint work:12:452 work:13 crash"),
        guard(
            "the stream holds what a checkpoint under way needs",
            new Sabotage() {
              @Override
              public boolean holdsWhatACheckpointNeeds() {
                return false;
              }
            },
            "checkpoint work:12 cast put:1 checkpoint work:16 work:10 crash:1 checkpoint"
                + " work:9:102 expire:1 work:6 crash"),
        guard(
            "a start without state begins where the first one did",
            new Sabotage() {
              @Override
              public boolean beginsAtItsTimestamp() {
                return false;
              }
            },
            "earlier:1 cast:3 put:1 crash"),
        guard(
            "a timer that fires is taken at its word",
            new BelievesTheClock(),
            "cast put:1 work:16 pass:1 cast:1 put:1 work:16 jump:1"),
        guard(
            "a choice that left stays admitted",
            new Sabotage() {
              @Override
              public boolean keepsChoicesThatLeft() {
                return false;
              }

              @Override
              public boolean tellsTotals() {
                return false;
              }
            },
            "start:1 ballot ballot:1 cast:0 put:1 work:16 leave pass:12000 cast:4:2 put:1 work:16"
                + " split:1 discover withdraw:0 put:1 work:16"),
        guard(
            "a choice with a total stays admitted when its item is deleted",
            new Sabotage() {
              @Override
              public boolean tellsTotals() {
                return false;
              }
            },
            "legacy ballot cast:8 cast put-early delete"),
        guard(
            "sides wait while the ballot is away",
            new Sabotage() {
              @Override
              public boolean tellsThatTheBallotIsAway() {
                return false;
              }
            },
            "ballot ballot-away:60000 cast put:1 work:16 answer:4"),
        guard(
            "sides that wait outlive a restart",
            forgetting("admit"),
            "ballot ballot-away:60000 cast put:1 work:16 checkpoint work:16 crash"),
        guard(
            "a withdrawal is not cast again if its cast has expired",
            new Sabotage() {
              @Override
              public boolean pairsRefusals() {
                return false;
              }
            },
            "ballot:1 cast put:1 work:16 night:1 withdraw put:1 work:16 night:1"),
        guard(
            "a plain vote is remembered for as long as its refusal can be cast again",
            new RemembersPlainVotesAsAnyChange(),
            "ballot plain:1 put:1 work:2 answer:1 list:1 pass:15000 put-again night"),
        guard(
            "a refusal is cast again only in its own epoch",
            new Sabotage() {
              @Override
              public boolean keepsEpochsOfRefusals() {
                return false;
              }
            },
            "ballot plain:1 put:1 work:2 answer:1 list:1 pass:15000 put-again raise-epoch"),
        guard(
            "jobs of two epochs refuse the same side at places of their own",
            new PutsRefusalsWithout("(?<=-old|-new|-turnout)-[0-9]+"),
            "ballot raise-epoch:0:1 plain:1"),
        guard(
            "a snapshot of another source is refused",
            new Sabotage() {
              @Override
              public SourceKind kind(SourceKind kind) {
                return SourceKind.KINESIS;
              }
            },
            "cast put:1 work:12 checkpoint work:13 work:13 switch-source"),
        guard(
            "the job shows that choices are ahead of it",
            new Sabotage() {
              @Override
              public long gauge(String name, long value) {
                return 0;
              }
            },
            "cast put:1 work:12 savepoint work:13 work:13 cast:1 expire blind-start"));
  }

  private static Arguments guard(String name, Sabotage sabotage, String plan) {
    return Arguments.of(name, sabotage, plan);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("guards")
  void aPlanFailsOnlyWithoutItsGuard(String guard, Sabotage sabotage, String text) {
    Plan plan = Plan.parse(text);

    assertThat(Simulation.run(plan).failure()).as("with the guard").isNull();
    assertThat(Simulation.run(plan, sabotage, null).failure()).as("without it").isNotNull();
  }

  @Test
  void aFailingPlanIsShrunkToWhatAPersonCanRead() {
    Sabotage sabotage = new CountsRepetitions();
    long seed = 1;
    while (!Simulation.run(Plan.of(seed), sabotage, null).failed()) {
      seed++;
    }

    Plan shrunk =
        Shrinker.shrink(
            Plan.of(seed), plan -> Simulation.run(plan, sabotage, null).failed(), 1_000);

    assertThat(shrunk.actions()).hasSizeLessThanOrEqualTo(4);
    assertThat(Simulation.run(shrunk, sabotage, null).failure()).isNotNull();
    assertThat(Simulation.run(shrunk).failure()).isNull();
  }

  @Test
  void thePageListsEachGuardWithItsPlan() throws IOException {
    String rows =
        guards()
            .map(guard -> "| " + guard.get()[0] + " | `" + guard.get()[2] + "` |\n")
            .collect(Collectors.joining());

    assertThat(Files.readString(Path.of("docs/exactness.md")))
        .contains("| guard | a plan that fails without it |\n| --- | --- |\n" + rows + "\n");
  }

  private static Sabotage forgetting(String operator) {
    return new Sabotage() {
      @Override
      public boolean restores(String uid) {
        return !uid.equals(operator);
      }
    };
  }

  private static Sabotage inPlaceOf(String operator, OneInputStreamOperator<?, ?> other) {
    return new Sabotage() {
      @Override
      public StreamOperatorFactory<?> operator(String uid, StreamOperatorFactory<?> factory) {
        return uid.equals(operator) ? SimpleOperatorFactory.of(other) : factory;
      }
    };
  }

  private static final class GoesByTheClock extends GatherHistory {

    private static final long serialVersionUID = 1L;

    GoesByTheClock() {
      super(Duration.ofSeconds(1));
    }

    @Override
    protected long timeOf(ChoiceChange change) {
      long now = getProcessingTimeService().getCurrentProcessingTime();
      return HistoryKey.tenMinutesOf(TimeUnit.MILLISECONDS.toMicros(now));
    }
  }

  private static final class KeepsWhatItGathers extends GatherHistory {

    private static final long serialVersionUID = 1L;

    KeepsWhatItGathers() {
      super(Duration.ofSeconds(1));
    }

    @Override
    public void prepareSnapshotPreBarrier(long checkpointId) {}
  }

  private static final class KeepsSumsOfChanges extends GatherTallies {

    private static final long serialVersionUID = 1L;

    KeepsSumsOfChanges() {
      super(Duration.ofSeconds(1));
    }

    @Override
    public void prepareSnapshotPreBarrier(long checkpointId) {}
  }

  private static final class CountsRepetitions implements Sabotage {
    @Override
    public StreamOperatorFactory<?> operator(String uid, StreamOperatorFactory<?> factory) {
      return uid.equals("deduplicate")
          ? SimpleOperatorFactory.of(new KeyedProcessOperator<>(new LetAllThrough()))
          : factory;
    }
  }

  private static final class LetAllThrough
      extends KeyedProcessFunction<ChangeIdentity, VoteChange, ChoiceChange> {

    private static final long serialVersionUID = 1L;

    @Override
    public void processElement(VoteChange change, Context context, Collector<ChoiceChange> out) {
      for (Side side : Side.values()) {
        if (change.key(side) != null) {
          out.collect(side(change, change.key(side), side.isNew()));
        }
      }
    }

    private static ChoiceChange side(VoteChange change, Choice choice, boolean taken) {
      ChoiceChange side = new ChoiceChange();
      side.choice = choice;
      side.taken = taken;
      side.voteHash = change.voteHash;
      side.changedAtMicros = change.changedAtMicros;
      side.sequence = change.sequence;
      side.unlisted = choice.isTurnout();
      return side;
    }
  }

  private static final class GivesABallotOneIdentity implements Sabotage {
    @Override
    public StreamOperatorFactory<?> operator(String uid, StreamOperatorFactory<?> factory) {
      return uid.equals("decode")
          ? SimpleOperatorFactory.of(new ProcessOperator<>(new DecodeToOneIdentity()))
          : factory;
    }
  }

  private static final class DecodeToOneIdentity extends ProcessFunction<RawRecord, VoteChange> {

    private static final long serialVersionUID = 1L;

    private final VoteChangeDecoder decoder = VoteChangeDecoder.forKinesis("votes", 1);

    @Override
    public void processElement(RawRecord raw, Context context, Collector<VoteChange> out) {
      List<VoteChange> changes = decoder.decode(raw).changes();
      for (VoteChange change : changes) {
        change.identity = changes.get(0).identity;
        out.collect(change);
      }
    }
  }

  /** A part of each refusal's place is left out. */
  private static final class PutsRefusalsWithout implements Sabotage {

    private final String part;

    PutsRefusalsWithout(String part) {
      this.part = part;
    }

    @Override
    public PutItemRequest request(PutItemRequest request) {
      AttributeValue position = request.item().get(RejectedVotesTable.POSITION);
      if (position == null) {
        return request;
      }
      Map<String, AttributeValue> item = new HashMap<>(request.item());
      item.put(
          RejectedVotesTable.POSITION, AttributeValue.fromS(position.s().replaceAll(part, "")));
      return request.toBuilder().item(item).build();
    }
  }

  private static final class ListsAllChoices implements Sabotage {
    @Override
    public StreamOperatorFactory<?> operator(String uid, StreamOperatorFactory<?> factory) {
      return uid.equals("deduplicate")
          ? SimpleOperatorFactory.of(new DeduplicateListed())
          : factory;
    }
  }

  private static final class DeduplicateListed extends DeduplicateChanges {

    private static final long serialVersionUID = 1L;

    DeduplicateListed() {
      super(Topology.DEDUPE_TIME_TO_LIVE, Topology.DEDUPE_TIME_TO_LIVE.multipliedBy(2));
    }

    @Override
    public void processElement(StreamRecord<VoteChange> record) throws Exception {
      record.getValue().unlisted = false;
      super.processElement(record);
    }
  }

  private static final class RemembersPlainVotesAsAnyChange implements Sabotage {
    @Override
    public StreamOperatorFactory<?> operator(String uid, StreamOperatorFactory<?> factory) {
      return uid.equals("deduplicate")
          ? SimpleOperatorFactory.of(new RemembersTimelessShortly())
          : factory;
    }
  }

  private static final class RemembersTimelessShortly extends DeduplicateChanges {

    private static final long serialVersionUID = 1L;

    RemembersTimelessShortly() {
      super(Topology.DEDUPE_TIME_TO_LIVE, Topology.DEDUPE_TIME_TO_LIVE.multipliedBy(2));
    }

    @Override
    public void processElement(StreamRecord<VoteChange> record) throws Exception {
      VoteChange change = record.getValue();
      change.recastable &= change.identity.atMicros != ChangeIdentity.TIMELESS;
      super.processElement(record);
    }
  }

  private static final class WritesNoSlice implements Sabotage {
    @Override
    public StreamOperatorFactory<?> operator(String uid, StreamOperatorFactory<?> factory) {
      return uid.equals("deduplicate") ? SimpleOperatorFactory.of(new OnlyInMemory()) : factory;
    }
  }

  private static final class OnlyInMemory extends DeduplicateChanges {

    private static final long serialVersionUID = 1L;

    OnlyInMemory() {
      super(Topology.DEDUPE_TIME_TO_LIVE, Topology.DEDUPE_TIME_TO_LIVE.multipliedBy(2));
    }

    @Override
    public void snapshotState(StateSnapshotContext context) {}
  }

  private static final class TakesARestartForABeginning implements Sabotage {
    @Override
    public StreamOperatorFactory<?> operator(String uid, StreamOperatorFactory<?> factory) {
      return uid.equals("deduplicate") ? SimpleOperatorFactory.of(new NeverRestored()) : factory;
    }
  }

  private static final class NeverRestored extends DeduplicateChanges {

    private static final long serialVersionUID = 1L;

    NeverRestored() {
      super(Topology.DEDUPE_TIME_TO_LIVE, Topology.DEDUPE_TIME_TO_LIVE.multipliedBy(2));
    }

    @Override
    public void initializeState(StateInitializationContext context) throws Exception {
      super.initializeState(
          new StateInitializationContext() {
            @Override
            public boolean isRestored() {
              return false;
            }

            @Override
            public OptionalLong getRestoredCheckpointId() {
              return OptionalLong.empty();
            }

            @Override
            public OperatorStateStore getOperatorStateStore() {
              return context.getOperatorStateStore();
            }

            @Override
            public KeyedStateStore getKeyedStateStore() {
              return context.getKeyedStateStore();
            }

            @Override
            public Iterable<StatePartitionStreamProvider> getRawOperatorStateInputs() {
              return context.getRawOperatorStateInputs();
            }

            @Override
            public Iterable<KeyGroupStatePartitionStreamProvider> getRawKeyedStateInputs() {
              return context.getRawKeyedStateInputs();
            }
          });
    }
  }

  /** A timer that fires while the clock is behind it waits for the clock. */
  private static final class BelievesTheClock implements Sabotage {
    @Override
    public StreamOperatorFactory<?> operator(String uid, StreamOperatorFactory<?> factory) {
      if (!uid.equals("tally")) {
        return factory;
      }
      return SimpleOperatorFactory.of(new WaitsForTheClock());
    }
  }

  private static final class WaitsForTheClock extends TallyThrottle {

    private static final long serialVersionUID = 1L;

    WaitsForTheClock() {
      super(Duration.ofMillis(300), new Origin(1, "kinesis"));
    }

    @Override
    public ProcessingTimeService getProcessingTimeService() {
      return new BelievedClock(super.getProcessingTimeService());
    }
  }

  private record BelievedClock(ProcessingTimeService time) implements ProcessingTimeService {

    @Override
    public long getCurrentProcessingTime() {
      return time.getCurrentProcessingTime();
    }

    @Override
    public ScheduledFuture<?> registerTimer(long timestamp, ProcessingTimeCallback callback) {
      return time.registerTimer(
          timestamp,
          now -> {
            if (getCurrentProcessingTime() < timestamp) {
              registerTimer(timestamp, callback);
            } else {
              callback.onProcessingTime(now);
            }
          });
    }

    @Override
    public ScheduledFuture<?> scheduleAtFixedRate(
        ProcessingTimeCallback callback, long delay, long period) {
      return time.scheduleAtFixedRate(callback, delay, period);
    }

    @Override
    public ScheduledFuture<?> scheduleWithFixedDelay(
        ProcessingTimeCallback callback, long delay, long period) {
      return time.scheduleWithFixedDelay(callback, delay, period);
    }

    @Override
    public CompletableFuture<Void> quiesce() {
      return time.quiesce();
    }

    @Override
    public Clock getClock() {
      return time.getClock();
    }
  }

  private static final class AsksNotForTheEpoch implements Sabotage {
    @Override
    public UpdateItemRequest request(UpdateItemRequest request) {
      String rest = request.conditionExpression().replaceAll("^#epoch = \\S+( AND )?", "");
      return request.toBuilder().conditionExpression(rest.isEmpty() ? null : rest).build();
    }
  }

  private static final class WritesWithoutCondition implements Sabotage {
    @Override
    public UpdateItemRequest request(UpdateItemRequest request) {
      return request.toBuilder().conditionExpression(null).build();
    }
  }

  private static final class AsksOnlyForTheEpoch implements Sabotage {
    @Override
    public UpdateItemRequest request(UpdateItemRequest request) {
      return request.toBuilder()
          .conditionExpression(request.conditionExpression().replaceAll(" AND .*", ""))
          .build();
    }
  }
}
