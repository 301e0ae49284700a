package io.citytally.table;

import static org.assertj.core.api.Assertions.assertThat;

import io.citytally.vote.Choice;
import io.citytally.vote.Tally;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/**
 * Any number of runs of the job, at any distance behind each other, over a network that loses
 * requests and answers, delays them, and delivers them twice: all that a run can do to an item is
 * one of the steps below, in any order.
 */
class IdempotentAddPropertyTest {

  private static final Choice KEY = new Choice("Centre", "A bridge");

  @Property
  void endsAtTheTruthThroughAnyInterleaving(
      @ForAll @IntRange(min = 1, max = 4) int runs,
      @ForAll @IntRange(min = 1, max = 12) int changes,
      @ForAll @IntRange(min = 0, max = 200) int steps,
      @ForAll @IntRange(max = 1000) int before,
      @ForAll Random random) {
    List<Tally> truth = countChanges(1, changes, random);
    Item item = new Item(before);

    List<Run> all = new ArrayList<>();
    Network network = new Network(item);
    for (int i = 0; i < runs; i++) {
      all.add(new Run(truth, network));
    }
    chaos(all, network, steps, random);
    all.forEach(Run::finish);
    network.deliverAll();

    Tally last = truth.get(truth.size() - 1);
    assertThat(item.state).isEqualTo(CounterState.at(1, last.added, last.removed));
    assertThat(item.total).isEqualTo(before + last.votes());
  }

  @Property
  void goesOnTopOfAnOlderEpochOnceThroughAnyInterleaving(
      @ForAll @IntRange(min = 1, max = 3) int runs,
      @ForAll @IntRange(min = 1, max = 12) int changes,
      @ForAll @IntRange(min = 0, max = 100) int steps,
      @ForAll Random random) {
    List<Tally> oldTruth = countChanges(1, changes, random);
    List<Tally> newTruth = countChanges(2, changes, random);
    Item item = new Item(0);
    Network network = new Network(item);

    List<Run> all = new ArrayList<>();
    for (int i = 0; i < runs; i++) {
      all.add(new Run(oldTruth, network));
    }
    chaos(all, network, steps, random);
    all.get(0).finish();
    for (int i = 0; i < runs; i++) {
      all.add(new Run(newTruth, network));
    }
    chaos(all, network, steps, random);
    all.get(all.size() - 1).finish();
    network.deliverAll();

    Tally last = newTruth.get(newTruth.size() - 1);
    long oldVotes = oldTruth.get(oldTruth.size() - 1).votes();
    assertThat(item.state).isEqualTo(CounterState.at(2, last.added, last.removed));
    assertThat(item.total).isEqualTo(oldVotes + last.votes());
  }

  private static List<Tally> countChanges(long epoch, int changes, Random random) {
    List<Tally> tallies = new ArrayList<>();
    Tally tally = new Tally(KEY, epoch, 0, 0);
    for (int i = 0; i < changes; i++) {
      int added = random.nextInt(3);
      tally = tally.plus(added, added == 0 ? 1 : random.nextInt(2));
      tallies.add(tally);
    }
    return tallies;
  }

  private static void chaos(List<Run> runs, Network network, int steps, Random random) {
    for (int i = 0; i < steps; i++) {
      Run run = runs.get(random.nextInt(runs.size()));
      switch (random.nextInt(6)) {
        case 0 -> run.count();
        case 1, 2 -> run.send();
        case 3 -> run.restart(random);
        case 4 -> network.deliverAny(random, true);
        default -> network.deliverAny(random, false);
      }
    }
  }

  private static final class Item {

    private long total;
    private CounterState state = CounterState.NEVER_WRITTEN;

    Item(long total) {
      this.total = total;
    }

    boolean write(Decision decision) {
      boolean allowed = decision.allows(state);
      if (allowed) {
        total += decision.votes();
        state = decision.next();
      }
      return allowed;
    }
  }

  /** A request stays here when it has arrived, to arrive once more or never again. */
  private static final class Network {

    private record Request(Run sender, Decision decision) {}

    private final Item item;
    private final List<Request> requests = new ArrayList<>();

    Network(Item item) {
      this.item = item;
    }

    void deliverAny(Random random, boolean answerArrives) {
      if (!requests.isEmpty()) {
        deliver(requests.get(random.nextInt(requests.size())), answerArrives);
      }
    }

    void deliverAll() {
      requests.forEach(request -> deliver(request, false));
    }

    private void deliver(Request request, boolean answerArrives) {
      boolean written = item.write(request.decision);
      if (answerArrives) {
        request.sender.cached = written ? request.decision.next() : item.state;
      }
    }
  }

  private static final class Run {

    private final List<Tally> truth;
    private final Network network;
    private int position;
    private CounterState cached = CounterState.NEVER_WRITTEN;

    Run(List<Tally> truth, Network network) {
      this.truth = truth;
      this.network = network;
    }

    void count() {
      position = Math.min(position + 1, truth.size() - 1);
    }

    void restart(Random random) {
      position = random.nextInt(position + 1);
      cached = CounterState.NEVER_WRITTEN;
    }

    void send() {
      Decision decision = IdempotentAdd.decide(cached, truth.get(position));
      if (decision.kind() == Decision.Kind.WRITE) {
        network.requests.add(new Network.Request(this, decision));
      }
    }

    void finish() {
      position = truth.size() - 1;
      Decision decision = IdempotentAdd.decide(cached, truth.get(position));
      while (decision.kind() == Decision.Kind.WRITE) {
        cached = network.item.write(decision) ? decision.next() : network.item.state;
        decision = IdempotentAdd.decide(cached, truth.get(position));
      }
    }
  }
}
