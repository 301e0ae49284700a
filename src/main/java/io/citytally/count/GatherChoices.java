package io.citytally.count;

import org.apache.flink.api.common.functions.AggregateFunction;

/** Counts the choices of one key that were taken and left within a window. */
public class GatherChoices implements AggregateFunction<ChoiceChange, Gathered, Gathered> {

  private static final long serialVersionUID = 1L;

  @Override
  public Gathered createAccumulator() {
    return new Gathered();
  }

  @Override
  public Gathered add(ChoiceChange change, Gathered gathered) {
    return change.taken ? gathered.plus(1, 0) : gathered.plus(0, 1);
  }

  @Override
  public Gathered getResult(Gathered gathered) {
    return gathered;
  }

  @Override
  public Gathered merge(Gathered one, Gathered other) {
    return one.plus(other.added, other.removed);
  }
}
