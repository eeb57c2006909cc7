// swift-tools-version: 6.1
import PackageDescription

/// Every part of the library. SwiftPM compiles a target anew when a target that it names has changed, not when one behind
/// it has: a target names all that it imports, and what takes parts by way of `MacrostateKit` names them all.
let parts: [Target.Dependency] = [
  "ClosureModels", "MacroscopicDynamics", "MacrostateAutodiff", "MacrostateCompute", "MacrostateEvaluation",
  "MacrostateNetworks", "MacrostateObservables", "MacrostateRecipes", "MacrostateReports", "MacrostateRuns",
  "MacrostateSettings", "MacrostateStorage", "MacrostateTraining", "Microstates", "MolecularDynamics",
  "ParticleSimulators", "PointDensities", "TrajectoryFormats",
]

/// The stops on the data's way, in its order: each target may depend only on those above it.
let package = Package(
  name: "Macrostate",
  platforms: [.macOS(.v15)],
  products: [
    .library(name: "MacrostateKit", targets: ["MacrostateKit"]),
    .library(name: "MacrostateCommands", targets: ["MacrostateCommands"]),
    .executable(name: "macrostate", targets: ["macrostate"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
  ],
  targets: [
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"]), .brew(["zlib"])]),
    .target(name: "CMacrostateKernels"),
    .target(name: "CFileSystem"),
    .target(name: "CChildProcess"),
    .target(name: "MacrostateStorage", dependencies: ["CFileSystem", "CZlib"]),
    .target(name: "ChildPrograms", dependencies: ["CChildProcess", "MacrostateStorage"]),
    .target(name: "MacrostateSettings", dependencies: ["MacrostateStorage", "Yams"]),
    .target(name: "MacrostateCompute", dependencies: ["CMacrostateKernels"]),
    .target(name: "MacrostateAutodiff", dependencies: ["CMacrostateKernels", "MacrostateCompute"]),
    .target(
      name: "MacrostateNetworks", dependencies: ["MacrostateAutodiff", "MacrostateCompute", "MacrostateSettings"]),
    .target(name: "Microstates", dependencies: ["MacrostateCompute", "MacrostateStorage"]),
    .target(
      name: "TrajectoryFormats",
      dependencies: [
        "CMacrostateKernels", "ChildPrograms", "MacrostateCompute", "MacrostateSettings", "MacrostateStorage",
        "Microstates",
      ]),
    .target(
      name: "MacrostateObservables",
      dependencies: [
        "CMacrostateKernels", "MacrostateCompute", "MacrostateSettings", "MacrostateStorage", "Microstates",
      ]),
    .target(
      name: "ParticleSimulators",
      dependencies: [
        "CMacrostateKernels", "MacrostateAutodiff", "MacrostateCompute", "MacrostateObservables", "MacrostateStorage",
        "Microstates",
      ]),
    .target(
      name: "MolecularDynamics",
      dependencies: [
        "ChildPrograms", "MacrostateCompute", "MacrostateObservables", "MacrostateSettings", "MacrostateStorage",
        "Microstates", "TrajectoryFormats",
      ]),
    .target(
      name: "MacrostateTraining",
      dependencies: [
        "MacrostateAutodiff", "MacrostateCompute", "MacrostateNetworks", "MacrostateSettings", "MacrostateStorage",
      ]),
    .target(
      name: "PointDensities",
      dependencies: [
        "MacrostateAutodiff", "MacrostateCompute", "MacrostateNetworks", "MacrostateSettings", "MacrostateTraining",
      ]),
    .target(
      name: "MacroscopicDynamics",
      dependencies: [
        "MacrostateAutodiff", "MacrostateCompute", "MacrostateNetworks", "MacrostateSettings", "MacrostateStorage",
        "MacrostateTraining",
      ]),
    .target(
      name: "ClosureModels",
      dependencies: [
        "MacroscopicDynamics", "MacrostateAutodiff", "MacrostateCompute", "MacrostateNetworks", "MacrostateSettings",
        "MacrostateTraining", "PointDensities",
      ]),
    .target(
      name: "MacrostateRecipes",
      dependencies: [
        "ClosureModels", "MacroscopicDynamics", "MacrostateAutodiff", "MacrostateCompute", "MacrostateNetworks",
        "MacrostateObservables", "MacrostateSettings", "MacrostateStorage", "MacrostateTraining", "Microstates",
        "PointDensities",
      ]),
    .target(
      name: "MacrostateEvaluation",
      dependencies: [
        "CMacrostateKernels", "ClosureModels", "MacroscopicDynamics", "MacrostateAutodiff", "MacrostateCompute",
        "MacrostateObservables", "MacrostateRecipes", "MacrostateStorage", "MacrostateTraining", "Microstates",
      ]),
    .target(name: "MacrostateReports", dependencies: ["CMacrostateKernels", "MacrostateStorage"]),
    .target(
      name: "MacrostateRuns",
      dependencies: [
        "ClosureModels", "MacroscopicDynamics", "MacrostateAutodiff", "MacrostateCompute", "MacrostateEvaluation",
        "MacrostateObservables", "MacrostateRecipes", "MacrostateReports", "MacrostateSettings", "MacrostateStorage",
        "MacrostateTraining", "Microstates", "MolecularDynamics", "TrajectoryFormats",
      ]),
    .target(
      name: "PaperReproduction",
      dependencies: [
        "ClosureModels", "MacrostateAutodiff", "MacrostateCompute", "MacrostateEvaluation", "MacrostateNetworks",
        "MacrostateRecipes", "MacrostateReports", "MacrostateRuns", "MacrostateSettings", "MacrostateStorage",
        "MacrostateTraining", "Microstates", "MolecularDynamics", "ParticleSimulators", "PointDensities",
      ],
      // The example's own script, which is a link to it here: a tool without its source folder has it, too.
      resources: [.embedInCode("mixing.in")]),
    .target(name: "MacrostateKit", dependencies: parts),
    .target(
      name: "MacrostateCommands",
      dependencies: parts + [
        "MacrostateKit", "PaperReproduction", .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ]),
    .executableTarget(name: "macrostate", dependencies: ["MacrostateCommands"]),
    .executableTarget(
      name: "macrostate-benchmark",
      dependencies: [
        "ClosureModels", "MacroscopicDynamics", "MacrostateAutodiff", "MacrostateCompute", "MacrostateNetworks",
        "MacrostateSettings", "MacrostateTraining", "Microstates", "ParticleSimulators", "PointDensities",
        "TrajectoryFormats",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      path: "Benchmarks/MacrostateBenchmark"),
    .executableTarget(
      name: "macrostate-fuzz",
      dependencies: parts + [
        "CZlib", "MacrostateKit", .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      path: "Tests/Fuzz", exclude: ["README.md", "Regressions"]),
    .target(
      name: "TestSupport", dependencies: ["MacrostateCompute", "MacrostateStorage"], path: "Tests/TestSupport"),
    .testTarget(name: "MacrostateStorageTests", dependencies: ["MacrostateStorage", "TestSupport"]),
    .testTarget(
      name: "MacrostateComputeTests", dependencies: ["CMacrostateKernels", "MacrostateCompute", "TestSupport"]),
    .testTarget(
      name: "MacrostateAutodiffTests",
      dependencies: ["CMacrostateKernels", "MacrostateAutodiff", "MacrostateCompute", "TestSupport"]),
    .testTarget(
      name: "MacrostateNetworksTests",
      dependencies: ["MacrostateAutodiff", "MacrostateCompute", "MacrostateNetworks", "TestSupport"]),
    .testTarget(
      name: "MicrostatesTests", dependencies: ["MacrostateCompute", "MacrostateStorage", "Microstates", "TestSupport"]),
    .testTarget(
      name: "TrajectoryFormatsTests",
      dependencies: ["MacrostateSettings", "MacrostateStorage", "Microstates", "TestSupport", "TrajectoryFormats"]),
    .testTarget(
      name: "MolecularDynamicsTests",
      dependencies: ["MacrostateCompute", "MacrostateStorage", "Microstates", "MolecularDynamics", "TestSupport"]),
    .testTarget(
      name: "MacrostateObservablesTests",
      dependencies: [
        "CMacrostateKernels", "MacrostateCompute", "MacrostateObservables", "MacrostateSettings", "MacrostateStorage",
        "Microstates",
      ]),
    .testTarget(
      name: "ParticleSimulatorsTests",
      dependencies: [
        "MacrostateCompute", "MacrostateObservables", "MacrostateStorage", "Microstates", "ParticleSimulators",
        "TestSupport",
      ]),
    .testTarget(
      name: "PointDensitiesTests",
      dependencies: [
        "MacrostateAutodiff", "MacrostateCompute", "MacrostateNetworks", "MacrostateSettings", "PointDensities",
        "TestSupport",
      ]),
    .testTarget(
      name: "MacroscopicDynamicsTests",
      dependencies: [
        "MacroscopicDynamics", "MacrostateAutodiff", "MacrostateCompute", "MacrostateNetworks", "MacrostateSettings",
        "MacrostateTraining",
      ]),
    .testTarget(
      name: "ClosureModelsTests",
      dependencies: [
        "ClosureModels", "MacroscopicDynamics", "MacrostateAutodiff", "MacrostateCompute", "MacrostateNetworks",
        "MacrostateSettings", "MacrostateTraining", "PointDensities",
      ]),
    .testTarget(
      name: "MacrostateSettingsTests",
      dependencies: [
        "ClosureModels", "MacrostateRecipes", "MacrostateSettings", "MacrostateStorage", "PointDensities",
        "TestSupport",
      ]),
    .testTarget(
      name: "MacrostateTrainingTests",
      dependencies: [
        "MacrostateAutodiff", "MacrostateCompute", "MacrostateStorage", "MacrostateTraining", "TestSupport",
      ]),
    .testTarget(
      name: "MacrostateRecipesTests",
      dependencies: [
        "ClosureModels", "MacroscopicDynamics", "MacrostateAutodiff", "MacrostateCompute", "MacrostateRecipes",
        "MacrostateSettings", "MacrostateStorage", "MacrostateTraining", "Microstates", "TestSupport",
      ]),
    .testTarget(
      name: "MacrostateEvaluationTests",
      dependencies: [
        "ClosureModels", "MacroscopicDynamics", "MacrostateAutodiff", "MacrostateCompute", "MacrostateEvaluation",
        "MacrostateRecipes", "MacrostateSettings", "MacrostateStorage", "MacrostateTraining", "Microstates",
        "TestSupport",
      ]),
    .testTarget(
      name: "MacrostateReportsTests", dependencies: ["MacrostateReports", "MacrostateStorage", "TestSupport"]),
    .testTarget(
      name: "MacrostateRunsTests",
      dependencies: [
        "MacroscopicDynamics", "MacrostateCompute", "MacrostateEvaluation", "MacrostateRecipes", "MacrostateReports",
        "MacrostateRuns", "MacrostateSettings", "MacrostateStorage", "MacrostateTraining", "Microstates", "TestSupport",
      ]),
    .testTarget(name: "PaperReproductionTests", dependencies: parts + ["PaperReproduction", "TestSupport"]),
    .testTarget(
      name: "CommandLineTests",
      dependencies: parts + ["MacrostateKit", "PaperReproduction", "TestSupport", "macrostate", "macrostate-fuzz"]),
  ],
  swiftLanguageModes: [.v6]
)
