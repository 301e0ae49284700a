package io.citytally.local.model;

import java.util.ArrayList;
import java.util.List;

/**
 * A state of {@link CountingModel}. Sets of changes are bit masks, as in {@link Changes}.
 *
 * @param items one for each key
 * @param jobs those that run; null where none does
 * @param snapshots those that are retained: what a job was when it was taken
 * @param late the writes on their way that no writer waits for any more
 * @param truth what the items are measured against
 * @param <M> what an item remembers
 * @param <W> what a job has of one key
 * @param <R> a request
 */
record World<M, W, R>(
    List<Item<M>> items,
    List<Job<W>> jobs,
    List<Job<W>> snapshots,
    List<LateWrite<R>> late,
    Truth truth) {

  /**
   * @param total the votes, including those that stood there before
   * @param broughtBefore what all epochs before the newest have brought, seen from outside
   */
  record Item<M>(M memory, int total, int broughtBefore) {}

  /**
   * @param seen the changes that were delivered to it
   * @param gathered for each key, those that its open window has gathered
   * @param writers for each key, the rest of what the job has of it
   */
  record Job<W>(int epoch, int seen, List<Integer> gathered, List<W> writers) {}

  record LateWrite<R>(int key, R request) {}

  /**
   * @param delivered for each epoch that was begun, from 1, the changes that were delivered to any
   *     of its jobs
   */
  record Truth(List<Integer> delivered) {

    int newestEpoch() {
      return delivered.size();
    }

    int delivered(int epoch) {
      return epoch == 0 ? 0 : delivered.get(epoch - 1);
    }

    Truth begin(int epoch) {
      return epoch <= newestEpoch() ? this : new Truth(plus(delivered, 0));
    }

    Truth deliver(int epoch, int change) {
      int more = delivered(epoch) | 1 << change;
      return more == delivered(epoch) ? this : new Truth(with(delivered, epoch - 1, more));
    }
  }

  World<M, W, R> withItem(int key, Item<M> item) {
    return new World<>(with(items, key, item), jobs, snapshots, late, truth);
  }

  World<M, W, R> withJob(int slot, Job<W> job) {
    return new World<>(items, with(jobs, slot, job), snapshots, late, truth);
  }

  World<M, W, R> withSnapshots(List<Job<W>> snapshots) {
    return new World<>(items, jobs, snapshots, late, truth);
  }

  World<M, W, R> withLate(List<LateWrite<R>> late) {
    return new World<>(items, jobs, snapshots, late, truth);
  }

  World<M, W, R> withTruth(Truth truth) {
    return new World<>(items, jobs, snapshots, late, truth);
  }

  static <T> List<T> with(List<T> list, int index, T element) {
    List<T> copy = new ArrayList<>(list);
    copy.set(index, element);
    return copy;
  }

  static <T> List<T> plus(List<T> list, T element) {
    List<T> copy = new ArrayList<>(list);
    copy.add(element);
    return copy;
  }

  static <T> List<T> without(List<T> list, int index) {
    List<T> copy = new ArrayList<>(list);
    copy.remove(index);
    return copy;
  }
}
