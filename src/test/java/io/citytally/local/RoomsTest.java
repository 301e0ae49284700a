package io.citytally.local;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.simpleNameEndingWith;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The rooms of what runs on one machine: none knows another that knows it. */
@AnalyzeClasses(packages = "io.citytally.local")
class RoomsTest {

  private static final DescribedPredicate<JavaClass> TESTS =
      simpleNameEndingWith("Test").or(simpleNameEndingWith("ITCase"));

  @ArchTest
  static final ArchRule noRoomsAreInACircle =
      slices()
          .matching("io.citytally.local.(*)..")
          .should()
          .beFreeOfCycles()
          .ignoreDependency(TESTS, DescribedPredicate.alwaysTrue());
}
