/// Learned densities beside the particles that they were learned from, for a few frames.
///
/// In one dimension a frame is a curve over a rug of particles; in two a map of the particles above (on a phone:
/// beside) a heat map of the density. Several species have a colour each among the particles and a heat map (a curve)
/// each. Of data in three dimensions the caller gives the first two coordinates and the density's marginal over them,
/// and the figure says so.
public struct DensityFigure: Codable, Equatable, Sendable {
  /// The particles of one species and their density.
  public struct Group: Codable, Equatable, Sendable {
    /// The species; empty where there is one.
    public var name: String
    /// The particles' first coordinates `[n]`.
    public var x: [Double]
    /// Their second coordinates `[n]`; empty for d = 1.
    public var y: [Double]
    /// The learned density.
    public var density: DensityGrid

    /// Particles at `x` (d = 1) or (`x`, `y`) and their learned density.
    public init(name: String = "", x: [Double], y: [Double] = [], density: DensityGrid) {
      precondition(y.isEmpty || y.count == x.count, "a particle needs both of its coordinates")
      self.name = name
      self.x = x
      self.y = y
      self.density = density
    }
  }

  /// One frame.
  public struct Frame: Codable, Equatable, Sendable {
    /// The frame: `t = 0.5`.
    public var title: String
    /// Its species, at least one; their densities are over the same extents.
    public var groups: [Group]

    /// A frame of several species.
    public init(title: String, groups: [Group]) {
      precondition(!groups.isEmpty, "a frame has particles")
      self.title = title
      self.groups = groups
    }

    /// A frame of particles at `x` (d = 1) or (`x`, `y`) and their learned density.
    public init(title: String, x: [Double], y: [Double] = [], density: DensityGrid) {
      self.init(title: title, groups: [Group(x: x, y: y, density: density)])
    }
  }

  /// The name of its file, `figures/NAME.vl.json`.
  public var name: String
  /// The title: what the figure shows.
  public var title: String
  /// The words below the title: how to read it.
  public var caption: String
  /// The dimension d of the particles: 1, 2 or 3.
  public var dimension: Int
  /// The frames.
  public var frames: [Frame]

  /// The figure `title` of `frames` of particles in `dimension` dimensions.
  public init(name: String, title: String, caption: String = "", dimension: Int, frames: [Frame]) {
    self.name = name
    self.title = title
    self.caption = caption
    self.dimension = dimension
    self.frames = frames
  }
}

/// A density on a regular grid of cells, in the inverse of the coordinates' units to the d.
public struct DensityGrid: Codable, Equatable, Sendable {
  /// The density at the cells' centres, `[ny, nx]` in row-major order from the lowest x and y; `[nx]` for d = 1.
  public var values: [Double]
  /// The numbers of cells; `rows` is 1 for d = 1.
  public var columns, rows: Int
  /// The extents of the grid, from edge to edge.
  public var x, y: ClosedRange<Double>

  /// A density over the extents `x` (and `y`) on `columns` (times `rows`) cells.
  public init(
    values: [Double], columns: Int, rows: Int = 1, x: ClosedRange<Double>, y: ClosedRange<Double> = 0...1
  ) {
    precondition(values.count == columns * rows, "a grid needs one value for each cell")
    self.values = values
    self.columns = columns
    self.rows = rows
    self.x = x
    self.y = y
  }

  /// The centre of cell `index` along an extent that is cut into `count` cells.
  static func centre(_ index: Int, of count: Int, in extent: ClosedRange<Double>) -> Double {
    extent.lowerBound + (extent.upperBound - extent.lowerBound) * (Double(index) + 0.5) / Double(count)
  }
}
