import Foundation
import MacrostateKit
import Synchronization
import Testing

/// The bits of small runs of everything there is: those on record, on any number of threads, stopped or not.
@Suite struct RunRecordTests {
  @Test(.enabled(if: Kernels(.avx512) != nil, "this machine has no AVX-512"), arguments: RecordedRun.all)
  func runsWithAVX512(run: RecordedRun) throws { try check(run, .avx512) }

  @Test(.enabled(if: Kernels(.avx2) != nil, "this machine has no AVX2"), arguments: RecordedRun.all)
  func runsWithAVX2(run: RecordedRun) throws { try check(run, .avx2) }

  @Test(arguments: RecordedRun.all) func runsWithTheBaseline(run: RecordedRun) throws { try check(run, .baseline) }

  private func check(_ run: RecordedRun, _ level: InstructionSet) throws {
    let kernels = try #require(Kernels(level))
    let data = try RecordedData(run.data)
    let whole = try digest(run, data, kernels, threads: 1)
    try Record.expect(run.name, whole, kernels)
    // Stages differ in how many reports they make: one moment is early in the first, one late in the last.
    let moments = level == Kernels.best.instructionSet ? [2, 13] : [nil]
    for moment in moments {
      let other = try digest(run, data, kernels, threads: 2, stopAt: moment)
      #expect(other == whole, "two threads, stopped at report \(moment.map(String.init) ?? "none")")
    }
  }

  /// Trains, stopped and carried on where a `moment` is given, and evaluates.
  private func digest(
    _ run: RecordedRun, _ data: RecordedData, _ kernels: Kernels, threads: Int, stopAt moment: Int? = nil
  ) throws -> Digest {
    let folder = RunFolder(data.url.appending(path: "run"))
    defer { try? Folder.remove(folder.url) }
    let configuration = try run.configuration(dataset: data.training, test: data.test, threads: threads)
    func train(_ stop: StopFlag, _ progress: any ProgressObserver) throws {
      _ = try TrainingRun(folder, configuration: configuration, stop: stop, progress: progress, kernels: kernels).run()
    }
    if let moment {
      let stop = StopFlag()
      let error = #expect(throws: MacrostateError.self) { try train(stop, StopAtReport(stop, number: moment)) }
      #expect(error?.kind == .stopped)
    }
    try train(StopFlag(), SilentProgress())
    let result = try RunEvaluation(folder, threads: threads, kernels: kernels).run(
      withProbes: true, progress: SilentProgress())
    var digest = Digest()
    try digest.add(model: folder.model)
    try digest.add(ErrorTable(result).summary)
    return digest
  }
}

/// Sets a stop flag at the n-th report of progress.
final class StopAtReport: ProgressObserver {
  private let stop: StopFlag
  private let number: Int
  private let seen = Atomic<Int>(0)

  init(_ stop: StopFlag, number: Int) {
    self.stop = stop
    self.number = number
  }

  func update(_ name: String, done: Int, of total: Int, note: String) {
    if seen.add(1, ordering: .relaxed).newValue == number { stop.request() }
  }
  func log(_ line: String) {}
  func warn(_ line: String) {}
}
