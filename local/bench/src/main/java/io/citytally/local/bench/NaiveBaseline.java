package io.citytally.local.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.citytally.source.RawRecord;
import org.apache.flink.api.common.functions.AggregateFunction;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichFlatMapFunction;
import org.apache.flink.api.common.functions.RichMapFunction;
import org.apache.flink.api.common.state.StateTtlConfig;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.java.functions.KeySelector;
import org.apache.flink.api.java.tuple.Tuple2;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.windowing.ProcessWindowFunction;
import org.apache.flink.streaming.api.windowing.assigners.TumblingProcessingTimeWindows;
import org.apache.flink.streaming.api.windowing.triggers.Trigger;
import org.apache.flink.streaming.api.windowing.triggers.TriggerResult;
import org.apache.flink.streaming.api.windowing.windows.TimeWindow;
import org.apache.flink.util.Collector;

/**
 * The job as one writes it at first: a tree of each record, the vote's id as key of what was seen,
 * a tumbling window of counts, and a running total behind one more shuffle. It knows neither
 * changes of a vote nor bad records.
 */
final class NaiveBaseline implements Contender {

  /** A vote as one writes it at first: a plain bean. */
  public static class Vote {
    public String id;
    public String region;
    public String improvement;
  }

  @Override
  public String name() {
    return "the simple job";
  }

  @Override
  public void addTo(StreamExecutionEnvironment env, SyntheticSource source) {
    KeySelector<Tuple2<String, Long>, String> key = count -> count.f0;
    source
        .addTo(env)
        .map(new Parse())
        .keyBy(vote -> vote.id)
        .flatMap(new FirstOfId())
        .keyBy(vote -> vote.region + "/" + vote.improvement)
        .window(TumblingProcessingTimeWindows.of(WINDOW))
        .trigger(new AtItsEndOrThatOfTheInput())
        .aggregate(new Count(), new WithKey())
        .keyBy(key)
        .map(new RunningTotal())
        .sinkTo(new CountingSink<>(source.courseId(), total -> total.f0, total -> total.f1));
  }

  static final class Parse extends RichMapFunction<RawRecord, Vote> {

    private static final long serialVersionUID = 1L;

    private transient ObjectMapper json;

    @Override
    public void open(OpenContext context) {
      json = new ObjectMapper();
    }

    @Override
    public Vote map(RawRecord raw) throws Exception {
      JsonNode image = json.readTree(raw.payload).path("dynamodb").path("NewImage");
      Vote vote = new Vote();
      vote.id = image.path("id").path("S").asText();
      vote.region = image.path("region").path("S").asText();
      vote.improvement = image.path("improvement").path("S").asText();
      return vote;
    }
  }

  private static final class FirstOfId extends RichFlatMapFunction<Vote, Vote> {

    private static final long serialVersionUID = 1L;

    private transient ValueState<Boolean> seen;

    @Override
    public void open(OpenContext context) {
      ValueStateDescriptor<Boolean> descriptor = new ValueStateDescriptor<>("seen", Types.BOOLEAN);
      descriptor.enableTimeToLive(StateTtlConfig.newBuilder(MEMORY).build());
      seen = getRuntimeContext().getState(descriptor);
    }

    @Override
    public void flatMap(Vote vote, Collector<Vote> out) throws Exception {
      if (seen.value() == null) {
        seen.update(true);
        out.collect(vote);
      }
    }
  }

  private static final class Count implements AggregateFunction<Vote, Long, Long> {

    private static final long serialVersionUID = 1L;

    @Override
    public Long createAccumulator() {
      return 0L;
    }

    @Override
    public Long add(Vote vote, Long count) {
      return count + 1;
    }

    @Override
    public Long getResult(Long count) {
      return count;
    }

    @Override
    public Long merge(Long one, Long other) {
      return one + other;
    }
  }

  private static final class WithKey
      extends ProcessWindowFunction<Long, Tuple2<String, Long>, String, TimeWindow> {

    private static final long serialVersionUID = 1L;

    @Override
    public void process(
        String key, Context context, Iterable<Long> counts, Collector<Tuple2<String, Long>> out) {
      counts.forEach(count -> out.collect(Tuple2.of(key, count)));
    }
  }

  private static final class RunningTotal
      extends RichMapFunction<Tuple2<String, Long>, Tuple2<String, Long>> {

    private static final long serialVersionUID = 1L;

    private transient ValueState<Long> total;

    @Override
    public void open(OpenContext context) {
      total = getRuntimeContext().getState(new ValueStateDescriptor<>("total", Types.LONG));
    }

    @Override
    public Tuple2<String, Long> map(Tuple2<String, Long> count) throws Exception {
      long before = total.value() == null ? 0 : total.value();
      total.update(before + count.f1);
      return Tuple2.of(count.f0, total.value());
    }
  }

  /** Flink's own trigger forgets the last window when the input ends: here that must be counted. */
  private static final class AtItsEndOrThatOfTheInput extends Trigger<Object, TimeWindow> {

    private static final long serialVersionUID = 1L;

    @Override
    public TriggerResult onElement(
        Object element, long timestamp, TimeWindow window, TriggerContext context) {
      context.registerProcessingTimeTimer(window.maxTimestamp());
      context.registerEventTimeTimer(Long.MAX_VALUE);
      return TriggerResult.CONTINUE;
    }

    @Override
    public TriggerResult onProcessingTime(long time, TimeWindow window, TriggerContext context) {
      return TriggerResult.FIRE_AND_PURGE;
    }

    @Override
    public TriggerResult onEventTime(long time, TimeWindow window, TriggerContext context) {
      return TriggerResult.FIRE_AND_PURGE;
    }

    @Override
    public void clear(TimeWindow window, TriggerContext context) {
      context.deleteProcessingTimeTimer(window.maxTimestamp());
      context.deleteEventTimeTimer(Long.MAX_VALUE);
    }
  }
}
