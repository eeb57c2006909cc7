import MacrostateKit

/// An encoder of a 16 × 16 grid: a perceptron of each row of 16 points, then one of what the rows give, in their order.
/// Points are told apart by their places, so the order of the data is kept.
struct GridEncoder: ClosureEncoder {
  typealias Settings = GridEncoderSettings
  static let name = "grid"
  static let side = 16
  static let needs: EncoderNeeds = {
    var needs = EncoderNeeds()
    needs.order = .meaningful
    needs.onePointCount = true
    return needs
  }()

  private let rows: MLP
  private let whole: MLP

  static func problem(_ settings: Settings, _ sizes: EncoderSizes) -> String? {
    sizes.pointCount == side * side ? nil : "takes grids of \(side) × \(side) points, not sets of \(sizes.pointCount)"
  }

  init(_ settings: Settings, _ sizes: EncoderSizes, layout: inout ParameterLayout) {
    rows = MLP(
      "encoder.rows", sizes: [Self.side * sizes.inputs, settings.rowWidth], activation: .silu, finalActivation: .silu,
      layout: &layout)
    whole = MLP(
      "encoder.whole", sizes: [Self.side * settings.rowWidth] + settings.gridWidths + [sizes.outputs],
      activation: .silu, layout: &layout)
  }

  func initialize(_ parameters: Parameters, _ random: inout RandomStream) {
    rows.initialize(parameters, &random)
    whole.initialize(parameters, &random)
  }

  func closureVariables(_ tape: Tape, _ sets: SetBatch) -> Tensor {
    let byRow = tape.reshaped(sets.points, columns: Self.side * sets.points.columns)
    return whole(tape, tape.rowGroups(rows(tape, byRow), size: Self.side))
  }

  var tilePoints: Int { 16 * Self.side * Self.side }
}

struct GridEncoderSettings: SettingsGroup {
  var rowWidth = 8
  var gridWidths = [32]
  static let summary = "An encoder of a grid"
  static let settings = [
    Setting<Self>("row_width", \.rowWidth, .between(1, 1024), "features of a row of the grid"),
    Setting<Self>("grid_widths", \.gridWidths, .widths(), "hidden widths of the network of all rows"),
  ]
}
