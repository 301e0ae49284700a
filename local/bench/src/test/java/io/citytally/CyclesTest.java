package io.citytally;

import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** No package depends on one that depends on it. */
@AnalyzeClasses(packages = "io.citytally", importOptions = MainCode.class)
class CyclesTest {

  @ArchTest
  static final ArchRule packagesOfTheProductHaveNoCycles =
      slices().matching("io.citytally.(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule packagesOfTheOperatorsCommandsHaveNoCycles =
      slices().matching("io.citytally.cli.(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule packagesOfTheLocalSystemHaveNoCycles =
      slices().matching("io.citytally.local.(*)..").should().beFreeOfCycles();
}
