package io.citytally.local.simulation;

import java.util.ArrayDeque;
import java.util.Queue;

/** What one task has sent to another and the other has not yet taken in: elements and barriers. */
final class Channel implements Work {

  private final Task target;
  private final Queue<Object> queue = new ArrayDeque<>();
  private boolean blocked;

  Channel(Task target) {
    this.target = target;
  }

  void send(Object elementOrBarrier) {
    queue.add(elementOrBarrier);
  }

  /** Until the task has the barriers of its other channels. */
  void block(boolean blocked) {
    this.blocked = blocked;
  }

  @Override
  public Job job() {
    return target.job();
  }

  @Override
  public boolean isReady() {
    return !blocked && !queue.isEmpty();
  }

  @Override
  public void perform(int choice) throws Exception {
    Object next = queue.remove();
    if (next instanceof Barrier barrier) {
      target.receive(barrier, this);
    } else {
      target.process(next);
    }
  }
}
