/// The parts that a program adds to those of this package: types of encoders, densities, dynamics, observables, readers.
///
/// A program sets them once, around all it does; every list of parts has them at its end.
///
///     try Parts([GridEncoder.self, Dihedrals.self]).use { try run() }
public struct Parts: Sendable {
  /// The types that are added.
  public let added: [any Part.Type]

  /// The parts of the program that runs: none but this package's, unless `use` has said so.
  @TaskLocal public static var current = Parts([])

  /// The parts `added`.
  public init(_ added: [any Part.Type]) { self.added = added }

  /// Runs `body` with these parts.
  public func use<Result>(_ body: () throws -> Result) rethrows -> Result {
    try Parts.$current.withValue(self) { try body() }
  }

  /// The added parts of one family, such as `(any Observable.Type).self`.
  public static func added<Family>(_ family: Family.Type) -> [Family] { current.added.compactMap { $0 as? Family } }
}
