import Foundation
import MacrostateKit
import PaperReproduction
import Testing

/// The bits of a cell of figure 4, which has a trainer of its own.
@Suite struct DensityRecordTests {
  @Test(arguments: Kernels.available) func aCellOfFigureFour(kernels: Kernels) throws {
    let scratch = try Scratch()
    func digest(_ name: String, threads: Int, stopAt moment: Int? = nil) throws -> Digest {
      var configuration = RunConfiguration()
      configuration.threads = threads
      try configuration.set(contentsOf: [
        "encoder.point_widths=[8, 8]", "encoder.set_widths=[8]", "encoder.closure_dimension=3", "density.bound=4",
        "density.smoothing=0.1", "density.samples=8", "density.bins=4", "density.widths=[8]",
        "closure_training.steps=12", "closure_training.batch=16", "closure_training.validation_interval=5",
        "closure_training.validation_sets=4", "run.log_interval=1",
      ])
      let folder = RunFolder(scratch.file(name))
      let study = DensityStudy(configuration, kernels: kernels)
      if let moment {
        let stop = StopFlag()
        #expect(throws: MacrostateError.self) {
          try study.run(in: folder, stop: stop, progress: StopAtReport(stop, number: moment))
        }
      }
      let measurement = try DensityStudy(configuration, kernels: kernels).run(
        in: folder, stop: StopFlag(), progress: SilentProgress())
      var digest = Digest()
      let checkpoints = folder.url.appending(path: "checkpoints/closure")
      let latest = try String(contentsOf: checkpoints.appending(path: "latest"), encoding: .utf8)
      try digest.add(model: checkpoints.appending(path: latest))
      try digest.add(measurement)
      return digest
    }
    let whole = try digest("whole", threads: 1)
    try Record.expect("figure 4", whole, kernels)
    #expect(try digest("early", threads: 2, stopAt: 2) == whole)
    #expect(try digest("late", threads: 2, stopAt: 9) == whole)
  }
}
