import MacrostateKit

/// A dynamics of steps of one length with hidden state: [z, h] → [z, h/2] + tanh network, trained on windows of 10 steps
/// with teacher forcing: every step begins at the true z, and with the h of the path.
struct RecurrentMap: DynamicsModel, DynamicsKind {
  typealias Settings = RecurrentMapSettings
  static let name = "recurrent"

  let scaling: MacrostateScaling
  let constantCount: Int
  let layout: ParameterLayout
  let hiddenCount: Int
  let windowLength: Int
  private let network: MLP

  static func model(_ settings: Settings, _ sizes: DynamicsSizes, scaling: MacrostateScaling) -> any DynamicsModel {
    RecurrentMap(settings, sizes, scaling: scaling)
  }

  static func windowLength(_ settings: Settings) -> Int { settings.window }

  private init(_ settings: Settings, _ sizes: DynamicsSizes, scaling: MacrostateScaling) {
    self.scaling = scaling
    constantCount = sizes.constantCount
    hiddenCount = settings.hidden
    windowLength = settings.window
    var layout = ParameterLayout()
    let width = sizes.dimension + settings.hidden
    network = MLP(
      "map", sizes: [width] + settings.mapWidths + [width], activation: .tanh, finalActivation: .tanh, layout: &layout)
    self.layout = layout
  }

  func initialize(_ parameters: Parameters, seed: UInt64, member: Int) {
    var random = RandomStream(seed: seed, purpose: .initialParameters, step: 1, set: member)
    network.initialize(parameters, &random, finalGain: 0.1)
    parameters.valuesChanged()
  }

  func start(_ tape: Tape, _ z: Tensor) -> Tensor {
    let values = tape.array(z)
    let state = tape.variable(rows: z.rows, columns: dimension + hiddenCount, wantsGradient: false)
    tape.fill(state) { row, j in j < dimension ? values[row * dimension + j] : 0 }
    return state
  }

  func advance(_ tape: Tape, _ state: Tensor, step: Tensor) -> Tensor {
    // What stays: constants, and observables that never change.
    let moves = (0..<dimension).map { j -> Float in j < movingCount && !scaling.isConserved(j) ? 1 : 0 }
    let hidden = Array(repeating: Float(1), count: hiddenCount)
    let change = tape.multiply(network(tape, state), tape.constantRows(moves + hidden, count: state.rows))
    let kept = Array(repeating: Float(1), count: dimension) + hidden.map { $0 / 2 }
    return tape.add(tape.multiply(state, tape.constantRows(kept, count: state.rows)), change)
  }

  func addLoss(_ tape: Tape, _ windows: StateWindows, weight: Double) {
    var state = start(tape, windows.states())
    for k in 0..<windows.length {
      state = advance(tape, state, step: windows.driftSteps(of: k))
      let z = tape.firstColumns(state, count: dimension)
      windows.addSquaredError(z, after: k + 1, weight: weight / Double(movingCount * windows.length))
      state = tape.addToFirstColumns(
        state, tape.add(windows.states(after: k + 1), tape.affine(z, scale: -1, shift: 0)))
    }
  }

  /// A map makes steps of its own length, and whole numbers of them.
  func substeps(of timeStep: Double) -> Int? {
    let ratio = timeStep / scaling.largestStep
    return (0.5...1e9).contains(ratio) && abs(ratio - ratio.rounded()) < 1e-3 ? Int(ratio.rounded()) : nil
  }
}

struct RecurrentMapSettings: SettingsGroup {
  var hidden = 8
  var window = 10
  var mapWidths = [32]
  static let summary = "A recurrent map"
  static let settings = [
    Setting<Self>("hidden", \.hidden, .between(1, 1024), "hidden components of the state"),
    Setting<Self>("window", \.window, .between(1, 1000), "steps of a training window"),
    Setting<Self>("map_widths", \.mapWidths, .widths(), "hidden widths of the map's network"),
  ]
}
