package io.citytally.count;

import static io.citytally.count.Changes.PARK;
import static org.assertj.core.api.Assertions.assertThat;

import io.citytally.vote.ChangeIdentity;
import io.citytally.vote.VoteChange;
import java.io.File;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.flink.contrib.streaming.state.EmbeddedRocksDBStateBackend;
import org.apache.flink.contrib.streaming.state.RocksDBOptionsFactory;
import org.apache.flink.core.testutils.CommonTestUtils;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;
import org.apache.flink.runtime.state.storage.FileSystemCheckpointStorage;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.DBOptions;

/**
 * What the memory of changes takes on disk while it lives through its time to live several times.
 * RocksDB's files are small, so there are as many levels as with gigabytes.
 */
@Tag("proof")
@SuppressWarnings("deprecation") // Flink 2 has RocksDB's classes in another package, too
class MemoryInRocksDbTest {

  private static final Duration TIME_TO_LIVE = Duration.ofMinutes(10);
  private static final int LIVES = 5;
  private static final int CHECKPOINTS_PER_LIFE = 40;
  private static final int IDENTITIES_PER_LIFE = 120_000;

  private static final long BYTES_PER_HASH = 16;
  private static final double MAX_RATIO = 1.5;
  private static final Duration TIMEOUT = Duration.ofMinutes(1);

  private static final long START_MILLIS = 1_767_355_200_000L;

  @TempDir Path directory;

  @ParameterizedTest(name = "one of {0} subtasks")
  @ValueSource(ints = {1, 8})
  void whatIsForgottenLeavesTheDisk(int parallelism) throws Exception {
    SplittableRandom random = new SplittableRandom(1);
    try (Harness harness = open(parallelism)) {
      int checkpoint = 0;
      long bytesOfOneLife = 0;
      for (int i = 0; i < LIVES * IDENTITIES_PER_LIFE; i++) {
        long now = START_MILLIS + (long) i * TIME_TO_LIVE.toMillis() / IDENTITIES_PER_LIFE;
        harness.setStateTtlProcessingTime(now);
        harness.processElement(newChange(random, now, parallelism), 0);
        if (i % (IDENTITIES_PER_LIFE / CHECKPOINTS_PER_LIFE) == 0) {
          harness.getOutput().clear();
          harness.snapshot(checkpoint, checkpoint);
          checkpoint++;
        }
        if (i == IDENTITIES_PER_LIFE) {
          bytesOfOneLife = bytesOnDisk();
        }
      }

      assertThat(bytesOfOneLife).isGreaterThan(IDENTITIES_PER_LIFE * BYTES_PER_HASH);
      // RocksDB may be behind with its compactions on a busy machine; it goes on with them.
      double mostBytes = MAX_RATIO * bytesOfOneLife;
      AtomicLong bytes = new AtomicLong();
      CommonTestUtils.waitUtil(
          () -> {
            bytes.set(bytesOnDisk());
            return bytes.get() <= mostBytes;
          },
          TIMEOUT,
          "what is forgotten stays on the disk");
      assertThat(bytes.get() / (double) bytesOfOneLife)
          .as("what is stored to what is still remembered")
          .isBetween(0.5, MAX_RATIO);
    }
  }

  /** Changes come up to two seconds out of order. */
  private static VoteChange newChange(SplittableRandom random, long now, int parallelism) {
    ChangeIdentity identity;
    do {
      identity =
          new ChangeIdentity(
              now * 1_000 - random.nextInt(2_000_000), random.nextLong(), random.nextLong());
    } while (KeyGroupRangeAssignment.assignKeyToParallelOperator(
            MemoryKey.of(identity), MemoryKey.GROUPS, parallelism)
        != 0);
    return new VoteChange(identity, 1, null, PARK, identity.atMicros, 0).withSides(null, PARK);
  }

  private long bytesOnDisk() {
    return bytesIn(directory.resolve("db").toFile());
  }

  /** Files may go while they are looked at: those have no length. */
  private static long bytesIn(File file) {
    File[] children = file.listFiles();
    if (children != null) {
      return Arrays.stream(children).mapToLong(MemoryInRocksDbTest::bytesIn).sum();
    }
    return file.getName().endsWith(".sst") ? file.length() : 0;
  }

  private Harness open(int parallelism) throws Exception {
    EmbeddedRocksDBStateBackend backend = new EmbeddedRocksDBStateBackend(true);
    backend.setDbStoragePath(directory.resolve("db").toString());
    backend.getMemoryConfiguration().setUseManagedMemory(false);
    backend.setRocksDBOptions(new SmallFiles());
    Harness harness = new Harness(parallelism);
    harness.setStateBackend(backend);
    harness.setCheckpointStorage(
        new FileSystemCheckpointStorage(directory.resolve("checkpoints").toUri()));
    harness.open();
    return harness;
  }

  private static final class Harness
      extends KeyedOneInputStreamOperatorTestHarness<MemoryKey, VoteChange, ChoiceChange> {

    Harness(int parallelism) throws Exception {
      super(
          new DeduplicateChanges(TIME_TO_LIVE, TIME_TO_LIVE.multipliedBy(2)),
          change -> MemoryKey.of(change.identity),
          MemoryKeySerializer.TYPE,
          MemoryKey.GROUPS,
          parallelism,
          0);
    }
  }

  private static final class SmallFiles implements RocksDBOptionsFactory {

    private static final long serialVersionUID = 1L;
    private static final int SCALE = 8192;

    /** RocksDB takes no less. */
    private static final long MIN_WRITE_BUFFER_BYTES = 64 << 10;

    @Override
    public DBOptions createDBOptions(DBOptions options, Collection<AutoCloseable> toClose) {
      return options;
    }

    @Override
    public ColumnFamilyOptions createColumnOptions(
        ColumnFamilyOptions options, Collection<AutoCloseable> toClose) {
      return options
          .setTargetFileSizeBase((64L << 20) / SCALE)
          .setMaxBytesForLevelBase((256L << 20) / SCALE)
          .setWriteBufferSize(MIN_WRITE_BUFFER_BYTES);
    }
  }
}
