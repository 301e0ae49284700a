package io.citytally.source;

import io.citytally.table.VotesTable;
import java.util.Comparator;
import java.util.TreeSet;

/**
 * The improvements that an image names: each once, in the order of their UTF-8, which is that of
 * their code points. It is never much greater than a ballot may be: what comes after that is not
 * kept.
 */
final class NameSet extends TreeSet<String> {

  private static final long serialVersionUID = 1L;

  private static final Comparator<String> BY_UTF8 = NameSet::compare;

  NameSet() {
    super(BY_UTF8);
  }

  /** Adds a name, unless there are too many already. */
  @Override
  public boolean add(String name) {
    return !isTooLarge() && super.add(name);
  }

  /** Whether there are more names than a ballot may have. */
  boolean isTooLarge() {
    return size() > VotesTable.MAX_IMPROVEMENTS;
  }

  private static int compare(String one, String other) {
    int length = Math.min(one.length(), other.length());
    for (int i = 0; i < length; i++) {
      char a = one.charAt(i);
      char b = other.charAt(i);
      if (a != b) {
        // Both characters of a surrogate pair are less than what follows them in UTF-16 alone.
        boolean isSupplementary = Character.isSurrogate(a);
        return isSupplementary == Character.isSurrogate(b)
            ? Character.compare(a, b)
            : isSupplementary ? 1 : -1;
      }
    }
    return Integer.compare(one.length(), other.length());
  }
}
