package io.citytally.cli.ballot;

import io.citytally.vote.BallotEntry;
import io.citytally.vote.BallotEntry.Status;
import io.citytally.vote.Choice;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a new ballot changes in the table for one choice.
 *
 * @param before what the table says of the choice; nothing if it never was on the ballot
 * @param after what it is to say
 */
record BallotChange(Kind kind, Choice choice, Optional<BallotEntry> before, BallotEntry after) {

  /**
   * Kinds of changes, in the order in which they are written: what must not be seen goes first; and
   * what leaves goes last, so that there is something to vote for throughout.
   */
  enum Kind {
    HIDDEN("hidden"),
    NEW("new"),
    BACK("back"),
    SHOWN_AGAIN("shown again"),
    RENAMED("renamed"),
    LEAVES("leaves");

    final String label;

    Kind(String label) {
      this.label = label;
    }
  }

  /**
   * Returns the changes from one ballot to another, in the order in which to write them. Choices
   * that the file leaves out leave the ballot; those that are hidden stay so.
   *
   * @param table what the table says of each choice that is or was on the ballot
   * @param file the choices of the new ballot, votable or hidden
   */
  static List<BallotChange> between(Map<Choice, BallotEntry> table, Map<Choice, BallotEntry> file) {
    List<BallotChange> changes = new ArrayList<>();
    file.forEach(
        (choice, after) -> {
          @Nullable BallotEntry before = table.get(choice);
          if (!Objects.equals(before, after)) {
            changes.add(
                new BallotChange(kind(before, after), choice, Optional.ofNullable(before), after));
          }
        });
    table.forEach(
        (choice, before) -> {
          if (!file.containsKey(choice) && before.status() == Status.VOTABLE) {
            changes.add(
                new BallotChange(
                    Kind.LEAVES, choice, Optional.of(before), before.with(Status.LEFT)));
          }
        });
    // Stable: within a kind, the order of the file or the table.
    changes.sort(Comparator.comparing(BallotChange::kind));
    return changes;
  }

  private static Kind kind(@Nullable BallotEntry before, BallotEntry after) {
    if (before != null && before.status() == after.status()) {
      return Kind.RENAMED;
    }
    if (after.status() == Status.HIDDEN) {
      return Kind.HIDDEN;
    }
    if (before == null) {
      return Kind.NEW;
    }
    return before.status() == Status.HIDDEN ? Kind.SHOWN_AGAIN : Kind.BACK;
  }
}
