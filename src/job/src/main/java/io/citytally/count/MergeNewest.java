package io.citytally.count;

import org.apache.flink.api.common.functions.ReduceFunction;

/** The newest changes of one list, from all that gathered them. */
public class MergeNewest implements ReduceFunction<ListChanges> {

  private static final long serialVersionUID = 1L;

  private final int shown;

  /**
   * @param shown how many votes a list of recent votes shows
   */
  public MergeNewest(int shown) {
    this.shown = shown;
  }

  @Override
  public ListChanges reduce(ListChanges one, ListChanges other) {
    return one.merge(other, shown);
  }
}
