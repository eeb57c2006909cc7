import Foundation
import MacrostateCompute
import MacrostateRuns
import MacrostateStorage
import MacrostateTraining
import PaperReproduction
import ParticleSimulators
import Synchronization
import TestSupport
import Testing

@Suite struct ParticleStudyTests {
  /// A stop keeps the study from simulating: it says what it would need first.
  @Test func aStudyEstimatesWhatHalfMadeDataStillNeed() throws {
    let folder = try TemporaryFolder()
    for regime in Regime.allCases {
      try simulateParticles(
        ParticleSimulation(regime: regime, trajectoryCount: 1, seed: 3),
        to: folder.file("data/\(regime.rawValue).dataset"), pool: WorkerPool(threads: 2),
        programVersion: ProgramVersion.current)
    }
    let (stop, progress) = (StopFlag(), LogProgress())
    stop.request()
    let study = ParticleStudy(
      .demo, seed: 3, folder: folder.url, threads: 2, command: "test", stop: stop, progress: progress)
    let error = #expect(throws: MacrostateError.self) { try study.run(restart: false) }
    #expect(error?.kind == .stopped, "\(error?.message ?? "")")
    #expect(progress.lines.count == 1 && progress.lines[0].hasPrefix("estimate: "), "\(progress.lines)")
  }
}

/// Keeps the lines of a log.
final class LogProgress: ProgressObserver {
  private let kept = Mutex<[String]>([])

  var lines: [String] { kept.withLock(\.self) }

  func update(_ name: String, done: Int, of total: Int, note: String) {}
  func log(_ line: String) { kept.withLock { $0.append(line) } }
  func warn(_ line: String) {}
}
