/// Positions of particles of several species in the plane: a column of frames for each of several runs, all in one box.
public struct SnapshotGrid: Codable, Equatable, Sendable {
  /// The particles of a species.
  public struct Group: Codable, Equatable, Sendable {
    /// The species; the same names in every panel.
    public var name: String
    /// The coordinates, each `[n]`.
    public var x, y: [Double]

    /// Particles of the species `name`; `x` and `y` are equally long.
    public init(_ name: String, x: [Double], y: [Double]) {
      precondition(x.count == y.count, "a particle needs both of its coordinates")
      self.name = name
      self.x = x
      self.y = y
    }
  }

  /// One frame.
  public struct Panel: Codable, Equatable, Sendable {
    /// The heading: `half_l = 12`.
    public var title: String
    /// The words beside it: `t = 50`.
    public var note: String
    /// The particles by species.
    public var groups: [Group]

    /// `groups` under `title`.
    public init(title: String, note: String = "", groups: [Group]) {
      self.title = title
      self.note = note
      self.groups = groups
    }
  }

  /// The name of its file, `figures/NAME.vl.json`.
  public var name: String
  /// The title: what the figure shows.
  public var title: String
  /// The words below the title: how to read it.
  public var caption: String
  /// The extents of all panels.
  public var x, y: ClosedRange<Double>
  /// The panels, column by column.
  public var columns: [[Panel]]

  /// The figure `title` of `columns` of panels.
  public init(
    name: String, title: String, caption: String = "", x: ClosedRange<Double>, y: ClosedRange<Double>,
    columns: [[Panel]]
  ) {
    self.name = name
    self.title = title
    self.caption = caption
    self.x = x
    self.y = y
    self.columns = columns
  }
}
