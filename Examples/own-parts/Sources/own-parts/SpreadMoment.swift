import Foundation
import MacrostateKit

/// An observable: ⟨|x − ⟨x⟩|ᵖ⟩ over all particles, `--observable spread-moment,power=4`.
struct SpreadMoment: Observable {
  static let name = "spread-moment"
  let settings: Settings

  struct Settings: SettingsGroup {
    var power = 2.0
    static let summary = "A moment of the particles' distances from their mean"
    static let settings = [Setting<Self>("power", \.power, .between(0.5, 12), "p, the power of the distance")]
  }

  init(_ settings: Settings, speciesNames: [String], box: SimulationBox?) { self.settings = settings }

  var quantities: [ObservableDescription] { [ObservableDescription(name: "spread-moment")] }

  func evaluate(_ microstate: MicrostateView) throws -> [Double] {
    let (d, x) = (microstate.dimension, microstate.positions)
    let n = x.count / max(d, 1)
    guard n > 0 else { throw MacrostateError(.badData, "a frame without particles has no spread-moment") }
    let mean = (0..<d).map { j in (0..<n).reduce(0.0) { $0 + Double(x[$1 * d + j]) } / Double(n) }
    let sum = (0..<n).reduce(0.0) { sum, i in
      let square = (0..<d).reduce(0.0) { $0 + (Double(x[i * d + $1]) - mean[$1]) * (Double(x[i * d + $1]) - mean[$1]) }
      return sum + pow(square, settings.power / 2)
    }
    return [sum / Double(n)]
  }
}
