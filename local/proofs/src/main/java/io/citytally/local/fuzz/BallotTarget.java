package io.citytally.local.fuzz;

import static io.citytally.local.fuzz.FuzzTarget.promise;

import io.citytally.cli.ballot.BallotFile;
import io.citytally.cli.ballot.BallotFileException;
import io.citytally.vote.BallotEntry;
import io.citytally.vote.Choice;
import io.citytally.vote.VoteText;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The reader of ballot files.
 *
 * <p>Promised: the file is refused, with its name and a reason; or it has choices, and each can be
 * counted, has a title, and is votable or hidden.
 */
public final class BallotTarget implements FuzzTarget {

  private final TemporaryFile file = new TemporaryFile(".json");

  @Override
  public void accept(byte[] input) throws Exception {
    Files.write(file.path(), input);
    Map<Choice, BallotEntry> entries;
    try {
      entries = BallotFile.read(file.path());
    } catch (BallotFileException e) {
      promise(e.getMessage().startsWith(file.path() + ": "), "a refusal names the file");
      return;
    }
    promise(!entries.isEmpty(), "a ballot is not empty");
    entries.forEach(
        (choice, entry) -> {
          promise(
              VoteText.of(choice.region).problem() == null
                  && VoteText.of(choice.improvement).problem() == null,
              "what is voted for obeys the rule of texts");
          promise(!entry.title().isBlank(), "an improvement has a title");
          promise(entry.status() != BallotEntry.Status.LEFT, "a file has what is on the ballot");
        });
  }

  @Override
  public List<byte[]> seeds() {
    return Stream.of(
            "",
            "{\"regions\": []}",
            "{\"regions\": [{\"region\": \"Laki\", \"improvements\": [{\"improvement\": \"88\","
                + " \"title\": \"Benches\"}, {\"improvement\": \"89\", \"title\": \"Trees\"}]}]}",
            "{\"regions\": [null, 1]}",
            "{\"regions\": [{\"region\": \"Laki\", \"improvements\": [{\"improvement\": \"88\","
                + " \"title\": \"Benches\", \"hidden\": true}]}], \"voting\": {}}",
            "region;improvement;title\nLaki;88;Benches\n",
            "{\"regions\": [{\"region\": \"\\u0000\", \"improvements\": [{\"improvement\": \""
                + "x".repeat(257)
                + "\", \"title\": \"t\"}]}]}",
            "[".repeat(2_000))
        .map(text -> text.getBytes(StandardCharsets.UTF_8))
        .toList();
  }

  @Override
  public List<String> words() {
    return List.of(
        "{\"regions\":[",
        "{\"region\":\"",
        "\"improvements\":[",
        "{\"improvement\":\"",
        "\"title\":\"",
        "\"hidden\":true",
        "\"}",
        "]}",
        "\\u0000",
        "\\ud800",
        "null");
  }

  @Override
  public void close() throws Exception {
    file.close();
  }
}
