import MacrostateAutodiff
import MacrostateSettings

/// The encoders, of which `encoder.kind` chooses one.
public enum Encoders: PartFamily {
  /// The encoders of this package, and those that the program adds.
  public static var all: [any Part.Type] {
    [DeepSetEncoder.self, FlattenedEncoder.self, SetTransformerEncoder.self]
      + Parts.added((any ClosureEncoder.Type).self)
  }
}

extension PartSettings<Encoders> {
  /// The type of the encoder that is chosen.
  public var encoder: any ClosureEncoder.Type { part as? any ClosureEncoder.Type ?? DeepSetEncoder.self }

  /// The needs of that encoder.
  public var needs: EncoderNeeds { encoder.needs }

  /// The problem with these sizes for that encoder; nil for good ones.
  public func problem(_ sizes: EncoderSizes) -> String? {
    func ask<E: ClosureEncoder>(_ type: E.Type) -> String? { E.problem(self[E.Settings.self], sizes) }
    return ask(encoder)
  }

  /// The encoder, its parameters added to `layout`.
  func made(_ sizes: EncoderSizes, layout: inout ParameterLayout) -> any ClosureEncoder {
    func make<E: ClosureEncoder>(_ type: E.Type) -> any ClosureEncoder {
      E(self[E.Settings.self], sizes, layout: &layout)
    }
    return make(encoder)
  }
}
