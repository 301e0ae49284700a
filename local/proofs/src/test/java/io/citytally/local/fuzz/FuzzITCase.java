package io.citytally.local.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import io.citytally.local.fuzz.planted.PlantedFault;
import io.citytally.local.fuzz.planted.PlantedHoard;
import io.citytally.local.proofs.SaidOnFailure;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The fuzzer itself, for a moment. */
class FuzzITCase {

  @TempDir private Path directory;

  @RegisterExtension final SaidOnFailure said = new SaidOnFailure();

  private FuzzReport fuzz(List<FuzzJob> jobs, long inputs) throws Exception {
    return new Fuzz(directory, new FuzzOptions(jobs, inputs, Optional.empty(), 2, 1), said.out())
        .run();
  }

  @Test
  void triesEveryTargetAndSeesWhereTheInputsGo() throws Exception {
    FuzzReport report = fuzz(FuzzJob.ALL, 20_000);

    assertThat(report.targets())
        .allSatisfy(
            target -> {
              assertThat(target.failure()).isEmpty();
              assertThat(target.inputs()).isGreaterThanOrEqualTo(1_000);
              assertThat(target.branches()).isGreaterThan(5);
            });
    assertThat(report.exitStatus()).isZero();
  }

  @Test
  void findsAPlantedFaultAndKeepsTheInputThatShowsIt() throws Exception {
    FuzzReport report = fuzz(List.of(new FuzzJob("planted", PlantedFault.class, 100)), 2_000_000);

    assertThat(report.exitStatus()).isEqualTo(1);
    FuzzedTarget planted = report.targets().get(0);
    assertThat(planted.failure().orElseThrow()).contains("the planted fault");
    assertThat(Files.readString(planted.badInput().orElseThrow())).contains("Atlantis");
  }

  @Test
  void findsWhatTakesMemoryWithoutEnd() throws Exception {
    FuzzReport report = fuzz(List.of(new FuzzJob("hoard", PlantedHoard.class, 100)), 2_000_000);

    assertThat(report.exitStatus()).isEqualTo(1);
    assertThat(report.targets().get(0).failure().orElseThrow()).containsIgnoringCase("memory");
  }

  @Test
  void findsWhatTakesStackForEachRepetitionInAText() throws Exception {
    FuzzReport report =
        fuzz(List.of(new FuzzJob("recursion", PlantedRecursion.class, 100)), 2_000_000);

    assertThat(report.exitStatus()).isEqualTo(1);
    assertThat(report.targets().get(0).failure().orElseThrow()).contains("Stack overflow");
  }

  @Test
  void chargesNothingForTheMemoryOfTheProcessThatStartsIt() throws Exception {
    byte[] held = new byte[1_000 << 20];
    Arrays.fill(held, (byte) 1);

    FuzzReport report = fuzz(List.of(FuzzJob.ALL.get(0)), 10_000);

    assertThat(held[held.length - 1]).isOne();
    assertThat(report.targets().get(0).failure()).isEmpty();
  }
}
