package io.citytally.local.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.citytally.count.VoteChangeSerializer;
import io.citytally.source.DecodedRecord;
import io.citytally.source.RawRecord;
import io.citytally.source.VoteChangeDecoder;
import io.citytally.vote.VoteChange;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.common.serialization.SerializerConfigImpl;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** Steps of the way of a vote, and what they take the place of. Public for JMH. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class VoteSteps {

  private static final int RECORDS = 4_096;

  private final VoteChangeDecoder decoder = VoteChangeDecoder.forKinesis(SyntheticVotes.TABLE, 1);
  private final ObjectMapper json = new ObjectMapper();
  private final TypeSerializer<VoteChange> own = serializer(VoteChangeSerializer.TYPE);
  private final TypeSerializer<VoteChange> pojo = serializer(Types.POJO(VoteChange.class));
  private final RawRecord[] records = new RawRecord[RECORDS];
  private final VoteChange[] changes = new VoteChange[RECORDS];
  private final DataOutputSerializer written = new DataOutputSerializer(512);
  private final DataInputDeserializer read = new DataInputDeserializer();
  private int next;

  public VoteSteps() {
    SyntheticVotes votes = new SyntheticVotes(20, 25, 1, 1);
    for (int i = 0; i < RECORDS; i++) {
      records[i] = new RawRecord(votes.record(i, 1_700_000_000_000_000L + i), "shard", "1", 1);
      changes[i] = decoder.decode(records[i]).change();
    }
  }

  private static TypeSerializer<VoteChange> serializer(TypeInformation<VoteChange> type) {
    return type.createSerializer(new SerializerConfigImpl());
  }

  /** A record to a change, its identity with it. */
  @Benchmark
  public DecodedRecord decode() {
    return decoder.decode(records[next++ % RECORDS]);
  }

  /** The same by the parser, which decides about unusual records. */
  @Benchmark
  public DecodedRecord decodeUnusual() {
    return decoder.decodeUnusual(records[next++ % RECORDS]);
  }

  /** Only to a tree, as the simple job does first. */
  @Benchmark
  public JsonNode decodeToTree() throws IOException {
    return json.readTree(records[next++ % RECORDS].payload);
  }

  /** Through a shuffle, but for the network. */
  @Benchmark
  public VoteChange writeAndRead() throws IOException {
    return writeAndRead(own);
  }

  /** The same with Flink's own serializer. */
  @Benchmark
  public VoteChange writeAndReadPojo() throws IOException {
    return writeAndRead(pojo);
  }

  private VoteChange writeAndRead(TypeSerializer<VoteChange> serializer) throws IOException {
    written.clear();
    serializer.serialize(changes[next++ % RECORDS], written);
    read.setBuffer(written.getSharedBuffer(), 0, written.length());
    return serializer.deserialize(read);
  }
}
