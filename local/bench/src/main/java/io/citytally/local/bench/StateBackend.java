package io.citytally.local.bench;

/** Where a job keeps its state: on disk, as on Managed Flink, or in memory, which has an end. */
enum StateBackend {
  ROCKSDB("RocksDB", "rocksdb"),
  HEAP("heap", "hashmap");

  final String title;

  /** As Flink's configuration calls it. */
  final String option;

  StateBackend(String title, String option) {
    this.title = title;
    this.option = option;
  }
}
