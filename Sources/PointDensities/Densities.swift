import MacrostateAutodiff
import MacrostateSettings

/// The conditional densities, of which `density.kind` chooses one.
public enum Densities: PartFamily {
  /// The densities of this package, and those that the program adds.
  public static var all: [any Part.Type] {
    [ConditionalSplineFlow.self] + Parts.added((any ConditionalDensity.Type).self)
  }
}

extension PartSettings<Densities> {
  /// The type of the density that is chosen.
  public var density: any ConditionalDensity.Type { part as? any ConditionalDensity.Type ?? ConditionalSplineFlow.self }

  /// The density, its parameters added to `layout`.
  public func made(_ sizes: DensitySizes, layout: inout ParameterLayout) -> any ConditionalDensity {
    func make<D: ConditionalDensity>(_ type: D.Type) -> any ConditionalDensity {
      D(self[D.Settings.self], sizes, layout: &layout)
    }
    return make(density)
  }
}
