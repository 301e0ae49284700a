package io.citytally.local.model;

import io.citytally.sink.PendingTally;
import io.citytally.table.CounterState;
import io.citytally.table.Decision;
import io.citytally.table.IdempotentAdd;
import io.citytally.vote.Choice;
import io.citytally.vote.Tally;

/**
 * The idempotent add: the job's own {@link IdempotentAdd}, {@link Decision}, {@link PendingTally}
 * and {@link Tally}. Written here is only what stands around them, in TallyThrottle and
 * TallySinkWriter: what is kept between two steps, and which method is called when.
 */
class TallyProtocol
    implements Protocol<CounterState, TallyProtocol.Writer, TallyProtocol.ConditionalAdd> {

  /**
   * @param counted the running totals
   * @param cached where the item is thought to stand
   * @param outstanding what the item is to take in, or null
   * @param sent the request on its way, or null
   * @param outdated whether the item was seen to be of a newer epoch
   */
  record Writer(
      Tally counted,
      CounterState cached,
      Tally outstanding,
      ConditionalAdd sent,
      boolean outdated) {}

  /** The request that follows from what is cached and this tally. */
  record ConditionalAdd(CounterState cached, Tally tally) {}

  @Override
  public String name() {
    return "idempotent ADD";
  }

  @Override
  public CounterState unwritten() {
    return CounterState.NEVER_WRITTEN;
  }

  @Override
  public Remembered remembered(CounterState state) {
    return new Remembered((int) state.epoch(), (int) state.added(), (int) state.removed());
  }

  @Override
  public Writer start(int key, int epoch) {
    Tally none = new Tally(new Choice("", Changes.nameOf(key)), epoch, 0, 0);
    return new Writer(none, CounterState.NEVER_WRITTEN, null, null, false);
  }

  @Override
  public boolean takesMore(Writer writer) {
    return true;
  }

  @Override
  public Writer count(Writer writer, Changes changes, int key, int arrived) {
    Tally counted = writer.counted.plus(changes.added(arrived, key), changes.removed(arrived, key));
    if (writer.sent == null) {
      return proceed(counted, PendingTally.of(counted, writer.cached));
    }
    Tally outstanding = pending(writer).tally().merge(counted);
    return new Writer(counted, writer.cached, outstanding, writer.sent, false);
  }

  private static PendingTally pending(Writer writer) {
    return PendingTally.of(writer.outstanding, writer.cached);
  }

  private Writer proceed(Tally counted, PendingTally pending) {
    ConditionalAdd request = new ConditionalAdd(pending.cached(), pending.tally());
    return switch (kind(pending)) {
      case NOTHING_TO_ADD -> new Writer(counted, pending.cached(), null, null, false);
      case WRITE -> new Writer(counted, pending.cached(), pending.tally(), request, false);
      case OUTDATED -> new Writer(counted, pending.cached(), null, null, true);
    };
  }

  Decision.Kind kind(PendingTally pending) {
    return pending.next().kind();
  }

  @Override
  public ConditionalAdd sent(Writer writer) {
    return writer.sent;
  }

  @Override
  public Effect<CounterState> effect(ConditionalAdd request, CounterState item) {
    if (!allows(request, item)) {
      return new Effect<>(item, 0, false);
    }
    return new Effect<>(next(request, item), (int) votes(request), true);
  }

  /** As the item never falls, which is checked at each step, it is never again where it was. */
  @Override
  public boolean isHopeless(ConditionalAdd request, CounterState item) {
    CounterState expected = decision(request).expected();
    return !allows(request, item)
        && (item.epoch() > expected.epoch()
            || item.epoch() == expected.epoch()
                && item.added() >= expected.added()
                && item.removed() >= expected.removed());
  }

  static Decision decision(ConditionalAdd request) {
    return PendingTally.of(request.tally, request.cached).next();
  }

  boolean allows(ConditionalAdd request, CounterState item) {
    return decision(request).allows(item);
  }

  /** Where the item stands once the request has been done to it. */
  CounterState next(ConditionalAdd request, CounterState item) {
    return decision(request).next();
  }

  long votes(ConditionalAdd request) {
    return decision(request).votes();
  }

  @Override
  public Writer answered(Writer writer, Effect<CounterState> effect) {
    return proceed(
        writer.counted,
        effect.written()
            ? written(pending(writer), writer.sent, effect)
            : refused(pending(writer), effect.memory()));
  }

  PendingTally written(PendingTally pending, ConditionalAdd sent, Effect<CounterState> effect) {
    return pending.written(decision(sent));
  }

  PendingTally refused(PendingTally pending, CounterState seen) {
    return pending.refused(seen);
  }

  @Override
  public Writer unanswered(Writer writer) {
    return proceed(writer.counted, pending(writer));
  }

  @Override
  public Writer snapshot(Writer writer) {
    return new Writer(
        writer.counted, CounterState.NEVER_WRITTEN, writer.outstanding, null, writer.outdated);
  }

  @Override
  public Writer restore(Writer snapshot) {
    return snapshot.outstanding == null ? snapshot : proceed(snapshot.counted, pending(snapshot));
  }

  @Override
  public Writer forgetful(Writer writer) {
    return writer.sent == null
        ? new Writer(writer.counted, CounterState.NEVER_WRITTEN, null, null, writer.outdated)
        : writer;
  }

  @Override
  public boolean isOutdated(Writer writer) {
    return writer.outdated;
  }

  @Override
  public String describe(ConditionalAdd request) {
    Decision decision = decision(request);
    return String.format(
        "ADD %+d, then (%s), if it stands at (%s)",
        decision.votes(),
        decision.next(),
        decision.takesOver() ? "epoch " + decision.expected().epoch() : decision.expected());
  }

  @Override
  public String describe(CounterState state, int total) {
    return "total " + total + (state.epoch() == 0 ? "" : " (" + state + ")");
  }
}
