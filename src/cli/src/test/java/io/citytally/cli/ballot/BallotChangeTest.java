package io.citytally.cli.ballot;

import static org.assertj.core.api.Assertions.assertThat;

import io.citytally.cli.ballot.BallotChange.Kind;
import io.citytally.vote.BallotEntry;
import io.citytally.vote.BallotEntry.Status;
import io.citytally.vote.Choice;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BallotChangeTest {

  private static final Choice PARK = new Choice("Wesoła", "park");
  private static final Choice POOL = new Choice("Wesoła", "pool");

  private static Map<Choice, BallotEntry> park(String title, Status status) {
    return title == null ? Map.of() : Map.of(PARK, new BallotEntry(title, status));
  }

  @ParameterizedTest
  @CsvSource({
    ",,      A,VOTABLE, NEW",
    ",,      A,HIDDEN,  HIDDEN",
    "A,VOTABLE, B,VOTABLE, RENAMED",
    "A,VOTABLE, A,HIDDEN,  HIDDEN",
    "A,LEFT,    A,VOTABLE, BACK",
    "A,LEFT,    B,VOTABLE, BACK",
    "A,LEFT,    A,HIDDEN,  HIDDEN",
    "A,HIDDEN,  A,VOTABLE, SHOWN_AGAIN",
    "A,HIDDEN,  B,HIDDEN,  RENAMED"
  })
  void takesOverWhatTheFileSays(
      String title, Status status, String newTitle, Status newStatus, Kind kind) {
    Map<Choice, BallotEntry> table = park(title, status);

    List<BallotChange> changes = BallotChange.between(table, park(newTitle, newStatus));

    assertThat(changes)
        .containsExactly(
            new BallotChange(
                kind,
                PARK,
                Optional.ofNullable(table.get(PARK)),
                new BallotEntry(newTitle, newStatus)));
  }

  @ParameterizedTest
  @CsvSource({"VOTABLE", "HIDDEN"})
  void changesNothingWhereTheTableSaysTheSame(Status status) {
    assertThat(BallotChange.between(park("A", status), park("A", status))).isEmpty();
  }

  @Test
  void marksWhatTheFileLeavesOutAndKeepsItsTitle() {
    assertThat(BallotChange.between(park("A", Status.VOTABLE), Map.of()))
        .containsExactly(
            new BallotChange(
                Kind.LEAVES,
                PARK,
                Optional.of(BallotEntry.votable("A")),
                new BallotEntry("A", Status.LEFT)));
  }

  @ParameterizedTest
  @CsvSource({"LEFT", "HIDDEN"})
  void leavesWhatIsOffTheBallotAsItIsWhereTheFileLeavesItOut(Status status) {
    assertThat(BallotChange.between(park("A", status), Map.of())).isEmpty();
  }

  @Test
  void writesWhatMustNotBeSeenFirstAndWhatLeavesLast() {
    Map<Choice, BallotEntry> table = new LinkedHashMap<>();
    table.put(new Choice("Old", "goes"), BallotEntry.votable("Goes"));
    table.put(new Choice("Old", "crook"), BallotEntry.votable("A crook"));
    Map<Choice, BallotEntry> file = new LinkedHashMap<>();
    file.put(POOL, BallotEntry.votable("A pool"));
    file.put(PARK, BallotEntry.votable("A park"));
    file.put(new Choice("Old", "crook"), new BallotEntry("A crook", Status.HIDDEN));

    assertThat(BallotChange.between(table, file))
        .extracting(change -> change.choice().improvement)
        .containsExactly("crook", "pool", "park", "goes");
  }
}
