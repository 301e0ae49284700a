package io.citytally.local.bench;

import io.citytally.source.RawRecord;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.table.api.Schema;
import org.apache.flink.table.api.bridge.java.StreamTableEnvironment;
import org.apache.flink.table.api.config.AggregatePhaseStrategy;
import org.apache.flink.table.api.config.ExecutionConfigOptions;
import org.apache.flink.table.api.config.OptimizerConfigOptions;
import org.apache.flink.types.Row;
import org.apache.flink.types.RowKind;

/**
 * The same question in Flink SQL, with its own means for it: deduplication by the first row of each
 * id, mini-batches of a window's length, state that expires.
 */
final class SqlContender implements Contender {

  /** The votes of each choice, from {@link #tables}. */
  static final String QUERY =
      "SELECT region, improvement, COUNT(*) AS votes FROM ("
          + " SELECT *, ROW_NUMBER() OVER (PARTITION BY id ORDER BY arrived) AS n FROM cast_votes"
          + ") WHERE n = 1 GROUP BY region, improvement";

  @Override
  public String name() {
    return "Flink SQL";
  }

  @Override
  public void addTo(StreamExecutionEnvironment env, SyntheticSource source) {
    StreamTableEnvironment tables = tables(env, source.addTo(env));
    tables
        .toChangelogStream(tables.sqlQuery(QUERY))
        .filter(row -> row.getKind() != RowKind.UPDATE_BEFORE)
        .sinkTo(
            new CountingSink<Row>(
                source.courseId(),
                row -> row.getField("region") + "/" + row.getField("improvement"),
                row -> (Long) row.getField("votes")));
  }

  /** Sets Flink SQL up as a user would who knows it, with the votes as a table. */
  static StreamTableEnvironment tables(
      StreamExecutionEnvironment env, DataStream<RawRecord> votes) {
    StreamTableEnvironment tables = StreamTableEnvironment.create(env);
    tables.getConfig().setIdleStateRetention(MEMORY);
    tables
        .getConfig()
        .addConfiguration(
            new Configuration()
                .set(ExecutionConfigOptions.TABLE_EXEC_MINIBATCH_ENABLED, true)
                .set(ExecutionConfigOptions.TABLE_EXEC_MINIBATCH_ALLOW_LATENCY, WINDOW)
                .set(ExecutionConfigOptions.TABLE_EXEC_MINIBATCH_SIZE, 10_000L)
                .set(
                    OptimizerConfigOptions.TABLE_OPTIMIZER_AGG_PHASE_STRATEGY,
                    AggregatePhaseStrategy.TWO_PHASE));
    tables.createTemporaryView(
        "cast_votes",
        votes.map(new NaiveBaseline.Parse()),
        Schema.newBuilder()
            .column("id", "STRING")
            .column("region", "STRING")
            .column("improvement", "STRING")
            .columnByExpression("arrived", "PROCTIME()")
            .build());
    return tables;
  }
}
