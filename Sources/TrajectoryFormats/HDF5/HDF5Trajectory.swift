import MacrostateStorage

/// The frames of a file that libhdf5 reads, in the process that does so: of H5MD, or of arrays that are named.
final class HDF5Trajectory: ForeignSource {
  private let layout: (any HDF5Layout)?
  private let request: ForeignRequest
  private var number: Int
  let greeting: ForeignGreeting
  private var labels: ParticleTable?

  init(_ loaded: LoadedLibrary, _ request: ForeignRequest) throws {
    let library = try HDF5Library(loaded)
    self.request = request
    number = request.first
    var greeting = ForeignGreeting(version: library.version)
    guard let file = request.file else {
      (layout, self.greeting) = (nil, greeting)
      return
    }
    let root = try HDF5Node(file: file, library)
    let layout: any HDF5Layout =
      request.format == H5MDFormat.name ? try H5MDLayout.of(root, request) : try ArraysLayout(root, request)
    self.layout = layout
    greeting.frameCount = layout.frameCount
    greeting.lengthUnit = layout.lengthUnit
    greeting.timeUnit = layout.timeUnit
    greeting.notes = layout.notes
    self.greeting = greeting
  }

  func next() throws -> ForeignFrameContent? {
    guard let layout, number < layout.frameCount else { return nil }
    defer { number += 1 }
    return try layout.frame(number, request)
  }
}

/// Where an HDF5 file has what belongs to frames.
protocol HDF5Layout {
  var frameCount: Int { get }
  var lengthUnit: String? { get }
  var timeUnit: String? { get }
  var notes: [String] { get }
  func frame(_ number: Int, _ request: ForeignRequest) throws -> ForeignFrameContent
}

extension HDF5Layout {
  /// The box of edges in as many dimensions as there are coordinates: a space of three has an edge of 1 along the others.
  ///
  /// - Parameter edges: the lengths `[d]`, or the edges `[d, d]`.
  func box(
    _ edges: [Double], axes: Int, boundaries: [FrameBox.Boundary]?, _ node: HDF5Node
  ) throws -> ForeignFrame.Box {
    guard edges.count == axes || edges.count == axes * axes else {
      throw node.error("\(edges.count) numbers for a box in \(axes) dimensions; \(axes) or \(axes * axes) are needed")
    }
    let all = (0..<3).map { i in
      (0..<3).map { axis -> Double in
        guard i < axes, axis < axes else { return i == axis ? 1 : 0 }
        return edges.count == axes ? (i == axis ? edges[i] : 0) : edges[i * axes + axis]
      }
    }
    let ends = boundaries.map { $0 + Array(repeating: .open, count: 3 - $0.count) }
    return ForeignFrame.Box(origin: [0, 0, 0], edges: all, boundaries: ends)
  }
}
