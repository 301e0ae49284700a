package io.citytally.source;

import io.citytally.vote.ChangeIdentity;
import io.citytally.vote.Choice;
import io.citytally.vote.Side;
import io.citytally.vote.VoteChange;
import io.citytally.vote.VoteText;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A record of a ballot that may have several choices: what stood in the table before and after it.
 *
 * <p>An image counts for its well-formed names, in a well-formed region; for none if it names more
 * than a ballot may. The record becomes one change of one {@link Side} for each choice that the
 * ballot left or took, and for each region whose turnout it changes. A ballot that moves to another
 * region leaves all and takes all. Each change has an identity of its own, derived from that of the
 * record, which is made of both images: so what one image says never depends on the other, and the
 * same sets in another order are the same.
 */
final class BallotChange {

  /*
   * What a person is told.
   *
   * An image that counts for nothing is reported each time it is written. A malformed name is
   * reported by the record that brings it, and by no later one that finds it there; the rest of the
   * ballot counts. A ballot that names nothing is none, and in order.
   *
   * The recent votes.
   *
   * One of the choices that a record takes enters the lists of recent votes: the one whose identity
   * is the least, which is a hash that no one can choose. Every choice that the record leaves
   * enters the lists' input, because it may be shown there and must disappear. The lists identify a
   * choice by a hash of the ballot's id, the region and the name, because each choice comes and
   * goes separately. For an image of the older form it is a hash of the id alone, as the older
   * records have it. So a choice that stays while its item changes its form keeps its place in the
   * lists until newer votes take it.
   */

  private static final Comparator<VoteChange> BY_HASH =
      Comparator.<VoteChange, Long>comparing(change -> change.identity.high, Long::compareUnsigned)
          .thenComparing(change -> change.identity.low, Long::compareUnsigned);

  private final VoteImage oldImage;
  private final VoteImage newImage;
  private final NameSet allOldNames;
  private final NameSet allNewNames;

  /** The names that count, by which the choices and the identity are made. */
  final NameSet oldNames;

  /** As {@link #oldNames}. */
  final NameSet newNames;

  BallotChange(VoteImage oldImage, VoteImage newImage) {
    this.oldImage = oldImage;
    this.newImage = newImage;
    allOldNames = oldImage.names();
    allNewNames = newImage.names();
    oldNames = countable(oldImage, allOldNames);
    newNames = countable(newImage, allNewNames);
  }

  private static NameSet countable(VoteImage image, NameSet names) {
    NameSet countable = new NameSet();
    if (image.problemOfAll(names) == null) {
      for (String name : names) {
        if (VoteText.of(name).problem() == null) {
          countable.add(name);
        }
      }
    }
    return countable;
  }

  String oldRegion() {
    return oldImage.region.value();
  }

  String newRegion() {
    return newImage.region.value();
  }

  /** Whether both count for something, in the same region: then what is in both stays. */
  private boolean isInOneRegion() {
    return !oldNames.isEmpty() && !newNames.isEmpty() && oldRegion().equals(newRegion());
  }

  /** Whether the ballot counts as before. */
  boolean isUnchanged() {
    return (oldNames.isEmpty() && newNames.isEmpty())
        || (isInOneRegion() && oldNames.equals(newNames));
  }

  /**
   * The changes of one side each.
   *
   * @param record the record's identity
   */
  List<VoteChange> changes(
      ChangeIdentifier identifier, ChangeIdentity record, String id, long micros, long sequence) {
    List<VoteChange> changes = new ArrayList<>();
    for (String name : oldNames) {
      if (!isInOneRegion() || !newNames.contains(name)) {
        Choice choice = new Choice(oldRegion(), name);
        long hash = voteHash(identifier, oldImage, id, choice);
        changes.add(change(Side.OLD, choice, identifier, record, hash, micros, sequence));
      }
    }
    List<VoteChange> taken = new ArrayList<>();
    for (String name : newNames) {
      if (!isInOneRegion() || !oldNames.contains(name)) {
        Choice choice = new Choice(newRegion(), name);
        long hash = voteHash(identifier, newImage, id, choice);
        taken.add(change(Side.NEW, choice, identifier, record, hash, micros, sequence));
      }
    }
    if (!taken.isEmpty()) {
      VoteChange listed = taken.stream().min(BY_HASH).orElseThrow();
      taken.replaceAll(
          change -> change.identity.equals(listed.identity) ? change : change.unlisted());
    }
    changes.addAll(taken);
    if (!isInOneRegion()) {
      long hash = identifier.voteHash(id);
      if (!oldNames.isEmpty()) {
        Choice key = Choice.turnoutOf(oldRegion());
        changes.add(change(Side.OLD_TURNOUT, key, identifier, record, hash, micros, sequence));
      }
      if (!newNames.isEmpty()) {
        Choice key = Choice.turnoutOf(newRegion());
        changes.add(change(Side.NEW_TURNOUT, key, identifier, record, hash, micros, sequence));
      }
    }
    return changes;
  }

  private static VoteChange change(
      Side side,
      Choice key,
      ChangeIdentifier identifier,
      ChangeIdentity record,
      long voteHash,
      long micros,
      long sequence) {
    return VoteChange.of(
        side, key, identifier.ofSide(record, side, key), voteHash, micros, sequence);
  }

  private static long voteHash(
      ChangeIdentifier identifier, VoteImage image, String id, Choice choice) {
    return image.hasImprovements ? identifier.voteHash(id, choice) : identifier.voteHash(id);
  }

  /** Why a person has to look at the record, or null. */
  @Nullable String rejection(Operation operation) {
    VoteImage last = operation.hasNewImage() ? newImage : oldImage;
    String problem = last.problemOfAll(operation.hasNewImage() ? allNewNames : allOldNames);
    if (problem != null || !operation.hasNewImage()) {
      return problem;
    }
    String ofTypes = newImage.problemOfTypes();
    if (ofTypes != null && !ofTypes.equals(oldImage.problemOfTypes())) {
      return ofTypes;
    }
    for (String name : allNewNames) {
      VoteText text = VoteText.of(name);
      if (text.problem() != null && !allOldNames.contains(name)) {
        return "an improvement " + text.problem();
      }
    }
    return operation == Operation.INSERT && allNewNames.isEmpty() ? "improvement is missing" : null;
  }
}
