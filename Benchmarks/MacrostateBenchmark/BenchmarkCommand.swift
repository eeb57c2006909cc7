import ArgumentParser
import Foundation
import MacrostateAutodiff
import MacrostateCompute

/// Measures one row of the benchmark and prints one line of JSON; `Benchmarks/run` interleaves it with the peers.
@main
struct BenchmarkCommand: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "macrostate-benchmark")

  /// What is measured.
  enum Row: String, ExpressibleByArgument, CaseIterable {
    case trainAutoencoder = "train-autoencoder"
    case trainSetTransformer = "train-set-transformer"
    case encode
    case trainDynamics = "train-dynamics"
    case rollout
    case simulate
    case trainSDE = "train-sde"
    case ensemble
    case importDump = "import-dump"
    case pointCount = "point-count"
  }

  @Argument(help: "What is measured: \(Row.allCases.map(\.rawValue).joined(separator: ", ")).")
  var row: Row

  @Option(help: "Sets in a batch, or trajectories.")
  var batch = 64

  @Option(help: "Worker threads.")
  var threads = 2

  @Option(help: "Seconds to measure, after a tenth of them to warm up.")
  var seconds = 2.0

  @Option(help: "Points in a set.")
  var points = 300

  @Option(help: "The LAMMPS dump that import-dump reads.")
  var dump: String?

  func validate() throws {
    if row == .importDump && dump == nil { throw ValidationError("import-dump needs --dump FILE") }
  }

  /// The line that is printed.
  struct Line: Encodable {
    var row: String
    var unit: String
    var rate: Double
    var parameters: Int? = nil
    /// Executed floating-point operations a second as a share of the threads' measured peak.
    var peakShare: Double? = nil
    /// Largest resident memory of the process, in megabytes.
    var residentMegabytes: Double? = nil
  }

  func run() throws {
    let line =
      switch row {
      case .trainAutoencoder: try ClosureRows(points: points, batch: batch, threads: threads).training(seconds: seconds)
      case .trainSetTransformer:
        try ClosureRows(points: points, batch: batch, threads: threads, encoder: .setTransformer)
          .training(seconds: seconds)
      case .encode: try ClosureRows(points: points, batch: batch, threads: threads).encoding(seconds: seconds)
      case .pointCount: try ClosureRows(points: points, batch: 1, threads: threads).training(seconds: seconds)
      case .trainDynamics: try DynamicsRows(threads: threads).training(pairs: batch, seconds: seconds)
      case .rollout: try DynamicsRows(threads: threads).rollout(trajectories: batch, seconds: seconds)
      case .trainSDE: try StochasticRows(threads: threads).training(pairs: batch, seconds: seconds)
      case .ensemble: try StochasticRows(threads: threads).ensemble(paths: batch, seconds: seconds)
      case .importDump: try ImportRow(dump: dump ?? "").run(seconds: seconds)
      case .simulate: try SimulationRow(batch: batch, threads: threads).run(seconds: seconds)
      }
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    print(String(decoding: try encoder.encode(line), as: UTF8.self))
  }
}

/// Calls `body` for `seconds` after a warm-up and returns units a second; each call does `units` units of work.
func rate(units: Double, seconds: Double, _ body: (Int) throws -> Void) throws -> Double {
  let clock = ContinuousClock()
  var call = 0
  func work(until end: Double) throws -> (calls: Int, seconds: Double) {
    let start = clock.now
    var calls = 0
    while true {
      let elapsed = clock.now - start
      let passed = elapsed / .seconds(1)
      if passed >= end && calls > 0 { return (calls, passed) }
      try body(call)
      call += 1
      calls += 1
    }
  }
  _ = try work(until: seconds / 10)
  let (calls, passed) = try work(until: seconds)
  return Double(calls) * units / passed
}

/// Floating-point operations a second of one core at its best.
func measuredPeak(_ kernels: Kernels) -> Double {
  (0..<5).map { _ in
    let start = ContinuousClock.now
    let operations = kernels.multiplyAddPeak(rounds: 2_000_000)
    let elapsed = ContinuousClock.now - start
    return operations / (elapsed / .seconds(1))
  }.max() ?? 1
}
