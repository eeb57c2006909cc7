/// A number that a reader wants first, with what it is.
public struct KeyFigure: Codable, Equatable, Sendable {
  /// The name of the number: `MRE in-dst`.
  public var label: String
  /// The number as it is shown: `5.2 × 10⁻⁵`; `NumberText.short` writes one.
  public var value: String
  /// A number to compare it with: `17× below the same dynamics without ẑ`.
  public var detail: String

  /// The figure `value` of what `label` says.
  public init(_ label: String, value: String, detail: String = "") {
    self.label = label
    self.value = value
    self.detail = detail
  }
}

/// Names and their values, in order.
public struct KeyValues: Codable, Equatable, Sendable {
  /// One name and its value.
  public struct Entry: Codable, Equatable, Sendable {
    /// The name: `seed`, `encoder.hidden`.
    public var key: String
    /// Its value as text.
    public var value: String

    /// `key` has `value`.
    public init(_ key: String, _ value: String) {
      self.key = key
      self.value = value
    }
  }

  /// The heading of the entries: `Settings`, `Provenance`; may be empty.
  public var title: String
  /// The entries, in reading order.
  public var entries: [Entry]

  /// The entries under `title`.
  public init(_ title: String = "", _ entries: [Entry] = []) {
    self.title = title
    self.entries = entries
  }
}

/// Something that the reader must be aware of.
public struct Notice: Codable, Equatable, Sendable {
  /// The weight of the notice.
  public enum Kind: String, Codable, Sendable {
    /// Good to know.
    case information
    /// The results may not be what they seem.
    case warning
    /// Something was not done, or could not be shown.
    case missing
  }

  /// The weight of the notice.
  public var kind: Kind
  /// One or two sentences: what, where, and what to do about it.
  public var text: String

  /// A notice of `kind` saying `text`.
  public init(_ kind: Kind, _ text: String) {
    self.kind = kind
    self.text = text
  }
}
