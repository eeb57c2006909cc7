/// The layout of the macrostate z = [z̄, ẑ, x] `[D]`: the observables z̄ `[k]`, the closure variables ẑ of each species,
/// one species behind the other, and what does not change along a trajectory, x `[C]` (the species' fractions).
///
/// It says which component is what, and is stored with the model.
public struct Macrostate: Sendable, Equatable, Codable {
  /// The names of the observables.
  public var observables: [String]
  /// The names of the closure variables of each species; no group where there is no ẑ.
  public var closure: [[String]]
  /// The names of the constants.
  public var constants: [String]

  /// A macrostate of these components.
  public init(observables: [String], closure: [[String]], constants: [String] = []) {
    self.observables = observables
    self.closure = closure
    self.constants = constants
  }

  /// The macrostate of a system: its observables, dim ẑ closure variables of each species, and the fractions of all species
  /// but the last where `includesComposition`.
  public init(observables: [String], species: [String], closureDimension: Int, includesComposition: Bool) {
    self.init(
      observables: observables,
      closure: species.map { name in
        (0..<closureDimension).map { species.count > 1 ? "z\($0 + 1) of \(name)" : "z\($0 + 1)" }
      },
      constants: includesComposition ? species.dropLast().map { "fraction of \($0)" } : [])
  }

  /// A macrostate of so many components that have no names of their own.
  public init(observableCount: Int, closureCount: Int, constantCount: Int = 0) {
    func names(_ name: String, _ count: Int) -> [String] { (0..<count).map { "\(name)\($0 + 1)" } }
    self.init(
      observables: names("observable ", observableCount), closure: closureCount > 0 ? [names("z", closureCount)] : [],
      constants: names("constant ", constantCount))
  }

  // MARK: Sizes and ranges

  /// D.
  public var dimension: Int { movingCount + constants.count }
  /// M = D − C, the components that the dynamics moves; they come first.
  public var movingCount: Int { observables.count + closureCount }
  /// dim ẑ of all species together.
  public var closureCount: Int { closure.reduce(0) { $0 + $1.count } }
  /// The components of z̄.
  public var observableRange: Range<Int> { 0..<observables.count }
  /// The components of ẑ, of all species.
  public var closureRange: Range<Int> { observables.count..<movingCount }
  /// The components of x.
  public var constantRange: Range<Int> { movingCount..<dimension }
  /// The components of ẑ of species number `species`.
  public func closureRange(ofSpecies species: Int) -> Range<Int> {
    let begin = observables.count + closure[..<species].reduce(0) { $0 + $1.count }
    return begin..<begin + closure[species].count
  }

  /// The names of all components, in order.
  public var names: [String] { observables + closure.joined() + constants }

  // MARK: Parts

  /// The components that are left without ẑ: z̄ and x.
  public var componentsWithoutClosure: [Int] { Array(observableRange) + constantRange }

  /// The macrostate of some components of this one, observables before closure variables before constants.
  public func selecting(_ components: [Int]) -> Macrostate {
    let names = names
    var chosen = Macrostate(observables: [], closure: [])
    var species: Int?
    for j in components {
      if observableRange.contains(j) {
        chosen.observables.append(names[j])
      } else if constantRange.contains(j) {
        chosen.constants.append(names[j])
      } else {
        let own = closure.indices.first { closureRange(ofSpecies: $0).contains(j) }
        if own != species || chosen.closure.isEmpty { chosen.closure.append([]) }
        chosen.closure[chosen.closure.count - 1].append(names[j])
        species = own
      }
    }
    return chosen
  }

  /// Appends z of a frame to `values`.
  ///
  /// - Parameters:
  ///   - observables: z̄ `[k]`.
  ///   - closure: ẑ of all species.
  ///   - constants: x `[C]`.
  public func append(
    observables z: some Collection<Float>, closure: some Collection<Float>, constants x: some Collection<Float>,
    to values: inout [Float]
  ) {
    precondition(z.count == observables.count && closure.count == closureCount && x.count == constants.count)
    values.append(contentsOf: z)
    values.append(contentsOf: closure)
    values.append(contentsOf: x)
  }

  /// z of a frame `[D]`; see `append`.
  public func state(
    observables: some Collection<Float>, closure: some Collection<Float>, constants: some Collection<Float>
  ) -> [Float] {
    var state: [Float] = []
    append(observables: observables, closure: closure, constants: constants, to: &state)
    return state
  }
}
