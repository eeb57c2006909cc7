// swift-tools-version: 6.1
import PackageDescription

/// Every part of the library. SwiftPM compiles a target anew when a target that it names has changed, not when one behind
/// it has: a target names all that it imports, and what takes parts by way of `MacrostateKit` names them all.
let parts: [Target.Dependency] = [
  "ClosureModels", "MacroscopicDynamics", "MacrostateAutodiff", "MacrostateConfiguration", "MacrostateEvaluation",
  "MacrostateExperiments", "MacrostateNetworks", "MacrostateObservables", "MacrostateParallel", "MacrostateReports",
  "MacrostateReproduction", "MacrostateStorage", "MacrostateTraining", "Microstates", "MolecularDynamics",
  "ParticleSimulators", "PointDensities", "RandomStreams", "TrajectoryFormats",
]

/// The stops on the data's way, in its order: each target may depend only on those above it.
let package = Package(
  name: "Macrostate",
  platforms: [.macOS(.v15)],
  products: [
    .library(name: "MacrostateKit", targets: ["MacrostateKit"]),
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
    .target(name: "MacrostateStorage", dependencies: ["CFileSystem", "CZlib"]),
    .target(name: "RandomStreams", dependencies: ["CMacrostateKernels"]),
    .target(name: "MacrostateParallel"),
    .target(name: "MacrostateAutodiff", dependencies: ["CMacrostateKernels", "MacrostateParallel"]),
    .target(name: "MacrostateNetworks", dependencies: ["MacrostateAutodiff", "RandomStreams"]),
    .target(name: "Microstates", dependencies: ["MacrostateParallel", "MacrostateStorage", "RandomStreams"]),
    .target(
      name: "TrajectoryFormats",
      dependencies: ["CMacrostateKernels", "MacrostateParallel", "MacrostateStorage", "Microstates"]),
    .target(
      name: "MacrostateObservables",
      dependencies: ["CMacrostateKernels", "MacrostateAutodiff", "MacrostateStorage", "Microstates"]),
    .target(
      name: "ParticleSimulators",
      dependencies: [
        "CMacrostateKernels", "MacrostateAutodiff", "MacrostateObservables", "MacrostateParallel",
        "MacrostateStorage", "Microstates", "RandomStreams",
      ]),
    .target(name: "CChildProcess"),
    .target(
      name: "MolecularDynamics",
      dependencies: [
        "CChildProcess", "MacrostateObservables", "MacrostateParallel", "MacrostateStorage", "Microstates",
        "RandomStreams",
        "TrajectoryFormats",
      ]),
    .target(name: "PointDensities", dependencies: ["MacrostateAutodiff", "MacrostateNetworks", "RandomStreams"]),
    .target(
      name: "MacroscopicDynamics",
      dependencies: ["MacrostateAutodiff", "MacrostateNetworks", "MacrostateParallel", "RandomStreams"]),
    .target(
      name: "ClosureModels",
      dependencies: [
        "MacroscopicDynamics", "MacrostateAutodiff", "MacrostateNetworks", "MacrostateParallel", "PointDensities",
        "RandomStreams",
      ]),
    .target(name: "MacrostateConfiguration", dependencies: ["MacrostateStorage", "Yams"]),
    .target(
      name: "MacrostateTraining",
      dependencies: [
        "ClosureModels", "MacroscopicDynamics", "MacrostateAutodiff", "MacrostateConfiguration", "MacrostateNetworks",
        "MacrostateObservables", "MacrostateParallel", "MacrostateStorage", "Microstates", "PointDensities",
        "RandomStreams",
      ]),
    .target(
      name: "MacrostateEvaluation",
      dependencies: [
        "CMacrostateKernels", "ClosureModels", "MacroscopicDynamics", "MacrostateAutodiff", "MacrostateObservables",
        "MacrostateParallel", "MacrostateStorage", "MacrostateTraining", "Microstates", "RandomStreams",
      ]),
    .target(name: "MacrostateReports", dependencies: ["CMacrostateKernels", "MacrostateStorage"]),
    .target(
      name: "MacrostateExperiments",
      dependencies: [
        "ClosureModels", "MacroscopicDynamics", "MacrostateAutodiff", "MacrostateConfiguration",
        "MacrostateEvaluation", "MacrostateObservables", "MacrostateParallel", "MacrostateReports",
        "MacrostateStorage", "MacrostateTraining", "Microstates", "MolecularDynamics", "ParticleSimulators",
        "TrajectoryFormats",
      ]),
    .target(
      name: "MacrostateReproduction",
      dependencies: [
        "ClosureModels", "MacrostateAutodiff", "MacrostateConfiguration", "MacrostateEvaluation",
        "MacrostateExperiments", "MacrostateNetworks", "MacrostateParallel", "MacrostateReports", "MacrostateStorage",
        "MacrostateTraining", "Microstates", "MolecularDynamics", "ParticleSimulators", "PointDensities",
        "RandomStreams",
      ],
      // The example's own script, which is a link to it here: a tool without its source folder has it, too.
      resources: [.embedInCode("mixing.in")]),
    .target(name: "MacrostateKit", dependencies: parts),
    .executableTarget(
      name: "macrostate",
      dependencies: parts + ["MacrostateKit", .product(name: "ArgumentParser", package: "swift-argument-parser")]),
    .executableTarget(
      name: "macrostate-benchmark",
      dependencies: [
        "ClosureModels", "MacroscopicDynamics", "MacrostateAutodiff", "MacrostateNetworks", "MacrostateParallel",
        "Microstates", "ParticleSimulators", "PointDensities", "RandomStreams", "TrajectoryFormats",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      path: "Benchmarks/MacrostateBenchmark"),
    .executableTarget(
      name: "macrostate-fuzz",
      dependencies: parts + [
        "CZlib", "MacrostateKit", .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      path: "Tests/Fuzz", exclude: ["README.md", "Regressions"]),
    .testTarget(name: "MacrostateStorageTests", dependencies: ["MacrostateStorage"]),
    .testTarget(name: "RandomStreamsTests", dependencies: ["CMacrostateKernels", "RandomStreams"]),
    .testTarget(name: "MacrostateParallelTests", dependencies: ["MacrostateParallel"]),
    .testTarget(
      name: "MacrostateAutodiffTests",
      dependencies: ["CMacrostateKernels", "MacrostateAutodiff", "MacrostateParallel"]),
    .testTarget(
      name: "MacrostateNetworksTests", dependencies: ["MacrostateAutodiff", "MacrostateNetworks", "RandomStreams"]),
    .testTarget(name: "MicrostatesTests", dependencies: ["Microstates"]),
    .testTarget(name: "TrajectoryFormatsTests", dependencies: ["TrajectoryFormats"]),
    .testTarget(name: "MolecularDynamicsTests", dependencies: ["MolecularDynamics"]),
    .testTarget(name: "MacrostateObservablesTests", dependencies: ["MacrostateObservables"]),
    .testTarget(
      name: "ParticleSimulatorsTests", dependencies: ["MacrostateObservables", "Microstates", "ParticleSimulators"]),
    .testTarget(
      name: "PointDensitiesTests",
      dependencies: ["MacrostateAutodiff", "MacrostateNetworks", "PointDensities", "RandomStreams"]),
    .testTarget(name: "MacroscopicDynamicsTests", dependencies: ["MacroscopicDynamics"]),
    .testTarget(name: "ClosureModelsTests", dependencies: ["ClosureModels"]),
    .testTarget(name: "MacrostateConfigurationTests", dependencies: ["MacrostateConfiguration"]),
    .testTarget(name: "MacrostateTrainingTests", dependencies: ["MacrostateTraining"]),
    .testTarget(name: "MacrostateEvaluationTests", dependencies: ["MacrostateEvaluation"]),
    .testTarget(name: "MacrostateReportsTests", dependencies: ["MacrostateReports"]),
    .testTarget(name: "MacrostateExperimentsTests", dependencies: ["MacrostateExperiments"]),
    .testTarget(name: "MacrostateReproductionTests", dependencies: parts),
    .testTarget(name: "CommandLineTests", dependencies: parts + ["MacrostateKit", "macrostate", "macrostate-fuzz"]),
  ],
  swiftLanguageModes: [.v6]
)
