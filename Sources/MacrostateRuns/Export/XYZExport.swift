import Foundation
import MacrostateStorage
import Microstates

/// A trajectory as an extended XYZ file: species, positions and features in columns, box, time and observables in the
/// comment of each frame. Numbers have as many digits as single precision has.
struct XYZExport {
  private let dataset: Dataset

  init(_ dataset: Dataset) { self.dataset = dataset }

  func write(trajectory m: Int, to url: URL) throws {
    try AtomicFile.write(to: url) { file in
      for frame in dataset.positionedFrames(ofTrajectory: m) {
        try Array(text(frame).utf8).withUnsafeBytes(file.write)
      }
    }
  }

  private var properties: String {
    "species:S:1:pos:R:3" + dataset.description.featureNames.map { ":\($0.replacing(":", with: "-")):R:1" }.joined()
  }

  private func text(_ frame: Int) -> String {
    let (d, c) = (dataset.dimension, dataset.description.featureNames.count)
    let offset = dataset.description.positionOffset ?? Array(repeating: 0, count: d)
    var lines = ["\(dataset.pointCount(frame: frame))", comment(frame, offset)]
    for (species, name) in dataset.speciesNames.enumerated() {
      let label = name.replacing(" ", with: "-")
      let positions = dataset.withPositions(frame: frame, species: species, Array.init)
      let features = c > 0 ? dataset.withFeatures(frame: frame, species: species, Array.init) : []
      for point in 0..<(positions.count / d) {
        let x = (0..<3).map { axis in
          guard axis < d else { return "0" }
          let value = positions[point * d + axis]
          return offset[axis] == 0 ? "\(value)" : "\(Double(value) + offset[axis])"
        }
        let others = features[(point * c)..<((point + 1) * c)].map { "\($0)" }
        lines.append(([label] + x + others).joined(separator: " "))
      }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private func comment(_ frame: Int, _ offset: [Double]) -> String {
    var words = ["Properties=\(properties)", "Time=\(dataset.time(ofFrame: frame))"]
    if let box = dataset.box(ofFrame: frame) {
      let d = dataset.dimension
      // A plane has a third edge of length 1.
      let edges = (0..<3).map { i in
        (0..<3).map { i < d && $0 < d ? box.edgeVectors[i][$0] : i == $0 ? 1 : 0 }
      }
      let origin = (0..<3).map { $0 < d ? box.origin[$0] + offset[$0] : 0 }
      let flags = (0..<3).map { $0 < d && box.boundaries[$0] == .periodic ? "T" : "F" }
      func quoted(_ numbers: [Double]) -> String { "\"\(numbers.map { "\($0)" }.joined(separator: " "))\"" }
      words += ["Lattice=\(quoted(edges.flatMap(\.self)))", "pbc=\"\(flags.joined(separator: " "))\""]
      if origin.contains(where: { $0 != 0 }) { words.append("Origin=\(quoted(origin))") }
    } else {
      words.append("pbc=\"F F F\"")
    }
    let values = dataset.observables(ofFrame: frame)
    words += zip(dataset.observables, values).map { "\($0.name.replacing(" ", with: "_"))=\($1)" }
    return words.joined(separator: " ")
  }
}
