package io.citytally.local.simulation;

import io.citytally.CountingSettings;
import io.citytally.CountingSinks;
import io.citytally.VoteCountingPipeline;
import io.citytally.WriteWindows;
import io.citytally.sink.RecentVotesSink;
import io.citytally.sink.RejectedVotesSink;
import io.citytally.sink.TallySink;
import io.citytally.source.Admission;
import io.citytally.source.RawRecord;
import io.citytally.source.VoteChangeDecoder;
import io.citytally.source.VoteSource;
import io.citytally.source.kinesis.DynamoDbStreamsVoteSource;
import io.citytally.source.kinesis.KinesisVoteSource;
import io.citytally.source.kinesis.ShardConsumer;
import io.citytally.table.HistoryTable;
import io.citytally.table.RecentVotesTable;
import io.citytally.table.RejectedVotesTable;
import io.citytally.table.TotalVotesTable;
import io.citytally.table.TurnoutTable;
import io.citytally.table.VotesTable;
import io.citytally.vote.BallotReader;
import io.citytally.vote.SourceKind;
import io.citytally.vote.TotalsReader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.java.functions.KeySelector;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.graph.StreamConfig;
import org.apache.flink.streaming.api.graph.StreamEdge;
import org.apache.flink.streaming.api.graph.StreamGraph;
import org.apache.flink.streaming.api.graph.StreamNode;
import org.apache.flink.streaming.api.graph.StreamingJobGraphGenerator;
import org.apache.flink.streaming.api.operators.StreamOperatorFactory;
import org.apache.flink.streaming.runtime.partitioner.ForwardPartitioner;
import org.apache.flink.streaming.runtime.partitioner.KeyGroupStreamPartitioner;
import org.apache.flink.util.OutputTag;

/**
 * The job's graph as {@link VoteCountingPipeline} builds it and Flink would run it: operators,
 * keys, serializers, what is chained and what is shuffled. Nothing of it is said a second time
 * here, so what is simulated is what runs; only the source is left out, because it lives on real
 * time.
 */
public final class Topology {

  /** Few, because each one costs time in every snapshot. No parallelism divides them evenly. */
  static final int KEY_GROUPS = 11;

  /** How many votes a list of recent votes shows. */
  static final int RECENT = 3;

  /** More than there are: what becomes of a refused choice has tests of its own. */
  private static final int MAX_CHOICES = 1_000;

  /** This and the next are shorter than on AWS, so that a run comes to rest sooner. */
  private static final Duration TURNOUT_WINDOW = Duration.ofSeconds(2);

  private static final Duration HISTORY_WINDOW = Duration.ofSeconds(5);

  static final Duration DEDUPE_TIME_TO_LIVE = Duration.ofHours(25);

  static final Duration BALLOT_REFRESH = Duration.ofSeconds(10);

  static final Duration REJECTED_TIME_TO_LIVE = Duration.ofDays(20);
  private static final int MAX_IN_FLIGHT_REQUESTS = 2;

  private static final BallotReader BALLOT = () -> SimulatedDynamoDb.current().readBallot();
  private static final TotalsReader TOTALS =
      choice -> SimulatedDynamoDb.current().readWhetherThereIsATotal(choice);

  /** By thread, because serializers must not be shared between threads. */
  private static final ThreadLocal<Map<Key, Topology>> BUILT =
      ThreadLocal.withInitial(HashMap::new);

  private final List<Operator> operators;

  private Topology(List<Operator> operators) {
    this.operators = operators;
  }

  /** How elements go from one operator to the next. */
  public enum Route {
    /** In the same task, by a call. */
    CHAINED,
    /** To the subtask of the same number. */
    FORWARD,
    /** To the subtask that has the element's key. */
    BY_KEY,
    /** To all subtasks in turn. */
    IN_TURN
  }

  /**
   * @param tag of the side output, or null
   */
  public record Edge(int target, OutputTag<?> tag, Route route) {}

  /**
   * @param copies makes a factory for each subtask
   * @param keySelector null if it has no key
   * @param input copies an element; null for the source
   */
  public record Operator(
      int index,
      String uid,
      Supplier<StreamOperatorFactory<?>> copies,
      int parallelism,
      KeySelector<Object, Object> keySelector,
      TypeSerializer<Object> keySerializer,
      TypeSerializer<Object> input,
      List<Edge> outputs,
      boolean chained) {

    public boolean isSource() {
      return uid.equals(VoteSource.UID);
    }

    StreamOperatorFactory<?> newFactory() {
      return copies.get();
    }

    StreamConfig config() {
      return Target.configOf(this);
    }
  }

  /**
   * What stays as it is from one start of a job to the next, unless someone changes it.
   *
   * @param hasBallot whether a ballot admits choices; else all are
   * @param tablesOwnStream whether it reads the table's own stream; else Kinesis
   */
  record Settings(long epoch, boolean hasBallot, boolean tablesOwnStream) {}

  private record Key(Shape shape, Settings settings, Sabotage sabotage) {}

  /**
   * The job that a pipeline makes.
   *
   * @param parallelism of all operators but those that set their own
   */
  public static Topology of(VoteCountingPipeline pipeline, int parallelism) {
    return build(pipeline, parallelism, Sabotage.NONE);
  }

  /** The job of a shape and an epoch. Built once, because that takes its time. */
  static Topology of(Shape shape, Settings settings, Sabotage sabotage) {
    return BUILT
        .get()
        .computeIfAbsent(
            new Key(shape, settings, sabotage),
            key ->
                build(pipeline(shape.window(), settings, sabotage), shape.parallelism(), sabotage));
  }

  /** Each comes after those that it takes elements from. */
  public List<Operator> operators() {
    return operators;
  }

  private static Topology build(VoteCountingPipeline pipeline, int parallelism, Sabotage sabotage) {
    StreamExecutionEnvironment env = new StreamExecutionEnvironment();
    env.setParallelism(parallelism);
    env.setMaxParallelism(KEY_GROUPS);
    pipeline.addTo(env);
    StreamGraph graph = env.getStreamGraph();
    List<StreamNode> nodes = new ArrayList<>(graph.getStreamNodes());
    // A node is built after what it takes elements from; but sinks are numbered as they are
    // declared. The graph tells its nodes in no order that would be the same in the next thread.
    nodes.sort(
        Comparator.<StreamNode>comparingInt(node -> depth(graph, node))
            .thenComparingInt(StreamNode::getId));
    Map<Integer, Integer> indexes = new HashMap<>();
    for (StreamNode node : nodes) {
      indexes.put(node.getId(), indexes.size());
    }
    List<Operator> operators = new ArrayList<>();
    for (StreamNode node : nodes) {
      operators.add(operator(graph, node, indexes, sabotage));
    }
    return new Topology(operators);
  }

  /** The job's own pipeline, between the simulated stream and tables. */
  private static VoteCountingPipeline pipeline(
      Duration window, Settings settings, Sabotage sabotage) {
    ShardConsumer unused =
        new ShardConsumer(
            "eu-west-1", null, true, null, Duration.ofSeconds(1), Duration.ofSeconds(1));
    VoteSource source =
        settings.tablesOwnStream()
            ? new DynamoDbStreamsVoteSource("votes", unused)
            : new KinesisVoteSource("votes", VotesTable.DEFAULT_NAME, unused, DEDUPE_TIME_TO_LIVE);
    return new VoteCountingPipeline(
        new DeclaredSource(source, sabotage.kind(source.kind())),
        settings.hasBallot()
            ? Admission.byBallot(BALLOT, BALLOT_REFRESH, TOTALS)
            : Admission.ofAtMost(MAX_CHOICES, TOTALS),
        new CountingSettings(
            settings.epoch(),
            new WriteWindows(window, TURNOUT_WINDOW, HISTORY_WINDOW),
            DEDUPE_TIME_TO_LIVE,
            REJECTED_TIME_TO_LIVE,
            RECENT),
        new CountingSinks(
            new TallySink(
                () -> SimulatedDynamoDb.current().connect(),
                TotalVotesTable.DEFAULT_NAME,
                MAX_IN_FLIGHT_REQUESTS),
            new TallySink(
                () -> SimulatedDynamoDb.current().connect(),
                TurnoutTable.DEFAULT_NAME,
                MAX_IN_FLIGHT_REQUESTS),
            TallySink.ofHistory(
                () -> SimulatedDynamoDb.current().connect(),
                HistoryTable.DEFAULT_NAME,
                MAX_IN_FLIGHT_REQUESTS),
            new RecentVotesSink(
                () -> SimulatedDynamoDb.current().connect(),
                RecentVotesTable.DEFAULT_NAME,
                MAX_IN_FLIGHT_REQUESTS),
            new RejectedVotesSink(
                () -> SimulatedDynamoDb.current().connect(),
                RejectedVotesTable.DEFAULT_NAME,
                MAX_IN_FLIGHT_REQUESTS,
                REJECTED_TIME_TO_LIVE)));
  }

  /** A source that says of which kind it is; a sabotage lets it lie. */
  private record DeclaredSource(VoteSource source, SourceKind kind) implements VoteSource {

    @Override
    public SingleOutputStreamOperator<RawRecord> addTo(StreamExecutionEnvironment env) {
      return source.addTo(env);
    }

    @Override
    public VoteChangeDecoder decoder(long epoch) {
      return source.decoder(epoch);
    }
  }

  private static int depth(StreamGraph graph, StreamNode node) {
    int depth = 0;
    for (StreamEdge edge : node.getInEdges()) {
      depth = Math.max(depth, 1 + depth(graph, graph.getSourceVertex(edge)));
    }
    return depth;
  }

  @SuppressWarnings("unchecked")
  private static Operator operator(
      StreamGraph graph, StreamNode node, Map<Integer, Integer> indexes, Sabotage sabotage) {
    String uid = node.getTransformationUID();
    boolean source = node.getInEdges().isEmpty();
    if (node.getInEdges().stream().anyMatch(edge -> edge.getTypeNumber() != 0)) {
      throw new IllegalStateException("the simulation has no operators of several inputs: " + uid);
    }
    KeySelector<?, ?>[] keys = node.getStatePartitioners();
    return new Operator(
        indexes.get(node.getId()),
        uid,
        source ? null : new Copies(sabotage.operator(uid, node.getOperatorFactory())),
        node.getParallelism(),
        keys.length == 0 ? null : (KeySelector<Object, Object>) keys[0],
        (TypeSerializer<Object>) node.getStateKeySerializer(),
        source ? null : (TypeSerializer<Object>) node.getTypeSerializersIn()[0],
        node.getOutEdges().stream()
            .map(
                edge ->
                    new Edge(
                        indexes.get(edge.getTargetId()), edge.getOutputTag(), route(edge, graph)))
            .toList(),
        !source && StreamingJobGraphGenerator.isChainable(node.getInEdges().get(0), graph));
  }

  private static Route route(StreamEdge edge, StreamGraph graph) {
    if (StreamingJobGraphGenerator.isChainable(edge, graph)) {
      return Route.CHAINED;
    }
    if (edge.getPartitioner() instanceof ForwardPartitioner) {
      return Route.FORWARD;
    }
    return edge.getPartitioner() instanceof KeyGroupStreamPartitioner
        ? Route.BY_KEY
        : Route.IN_TURN;
  }
}
