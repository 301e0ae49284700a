package io.citytally.local.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalWebTest {

  @TempDir Path data;

  @Test
  void keepsTheKeyByWhichVotesBelongToCitizensWithTheVotes() throws IOException {
    byte[] key = LocalWeb.voteIdKey(Optional.of(data));

    assertThat(LocalWeb.voteIdKey(Optional.of(data))).isEqualTo(key).hasSize(32);
    assertThat(
            PosixFilePermissions.toString(
                Files.getPosixFilePermissions(data.resolve("vote-id-key"))))
        .isEqualTo("rw-------");
  }

  @Test
  void makesANewKeyWhereNothingIsKept() throws IOException {
    assertThat(LocalWeb.voteIdKey(Optional.empty()))
        .isNotEqualTo(LocalWeb.voteIdKey(Optional.empty()));
  }
}
