import CMacrostateKernels
import MacrostateCompute

/// A record of operations on tensors, from which gradients are computed by going through it backwards.
///
/// Operations are coarse (a linear map with its bias and activation, a whole spline), so keeping the record costs
/// nothing beside the work. Values live in an arena: `reset` forgets them all. A tape is used by one thread at a time.
///
///     let tape = Tape(kernels: .best, parameters: parameters, gradient: gradient)
///     let x = tape.input(points, rows: n, columns: 2)
///     let y = tape.linear(x, weight, .parameter(bias), .relu)
///     tape.addSquaredError(y, to: target, weight: 1)
///     tape.backward()
public final class Tape {
  /// The loops in use.
  public let kernels: Kernels
  let parameters: Parameters
  let gradient: ParameterGradient?
  private let arenas: ArenaPool
  private var currentArena: Arena?
  var nodes: [Node] = []
  /// The ways back of the operations, in their order; of those alone whose results have gradients.
  private var waysBack: [(Tape) -> Void] = []

  /// The sum of the losses added so far.
  public internal(set) var loss = 0.0

  /// A tape over `parameters`; without `gradient` it only computes values.
  ///
  /// - Parameter arenas: where the tape's memory comes from: tapes that take turns on a thread share it, so that it stays
  ///   in cache.
  public init(
    kernels: Kernels, parameters: Parameters, gradient: ParameterGradient? = nil, arenas: ArenaPool = ArenaPool()
  ) {
    self.arenas = arenas
    self.kernels = kernels
    self.parameters = parameters
    self.gradient = gradient
    nodes.reserveCapacity(256)
    waysBack.reserveCapacity(256)
  }

  /// The memory of one tensor.
  struct Node {
    var value: UnsafeMutablePointer<Float>
    var gradient: UnsafeMutablePointer<Float>?
    /// sigmoid(x) where the value is x·sigmoid(x) and its derivative will be wanted.
    var gate: UnsafeMutablePointer<Float>?
    /// Whether something was written to `gradient` yet.
    var hasGradient = false
  }

  /// Memory that one operation at a time uses; taken from the arena when it is first asked for.
  var scratch: (base: UnsafeMutablePointer<Float>, count: Int)?

  /// Forgets all tensors and the loss, and gives their memory back; parameters' gradients stay.
  public func reset() {
    nodes.removeAll(keepingCapacity: true)
    waysBack.removeAll(keepingCapacity: true)
    if let currentArena { arenas.putBack(currentArena) }
    currentArena = nil
    scratch = nil
    loss = 0
  }

  /// The memory of the current record; `reset` gives it back.
  var arena: Arena {
    if let currentArena { return currentArena }
    let arena = arenas.take()
    currentArena = arena
    return arena
  }

  /// The extent of the record.
  public struct Mark {
    fileprivate var nodes: Int
    fileprivate var waysBack: Int
    fileprivate var arena: Arena.Mark
  }

  /// The record as it is now.
  public var mark: Mark { Mark(nodes: nodes.count, waysBack: waysBack.count, arena: arena.mark) }

  /// Forgets the tensors made since `mark`, which is of this record; those before it keep their values. For tapes that
  /// only compute values.
  public func reset(to mark: Mark) {
    nodes.removeLast(nodes.count - mark.nodes)
    waysBack.removeLast(waysBack.count - mark.waysBack)
    arena.reset(to: mark.arena)
    scratch = nil
  }

  // MARK: Tensors

  /// A tensor over memory of the caller's, which must stay as it is until the next `reset`: rows of `columns` floats.
  public func input(_ values: UnsafePointer<Float>, rows: Int, columns: Int) -> Tensor {
    nodes.append(Node(value: UnsafeMutablePointer(mutating: values), gradient: nil))
    return Tensor(index: nodes.count - 1, rows: rows, columns: columns, stride: columns)
  }

  /// The same memory with rows of `columns` floats: sets of n points of d columns as rows of n·d. Only for what was
  /// handed in without padding.
  public func reshaped(_ x: Tensor, columns: Int) -> Tensor {
    precondition(x.stride == x.columns && !hasGradient(x) && x.storage % columns == 0)
    return Tensor(index: x.index, rows: x.storage / columns, columns: columns, stride: columns)
  }

  /// A tensor with a copy of the caller's values, rows of `columns` floats.
  public func copy(_ values: UnsafeBufferPointer<Float>, rows: Int, columns: Int) -> Tensor {
    precondition(values.count >= rows * columns)
    let tensor = make(rows: rows, columns: columns, stride: columns, wantsGradient: false)
    if let base = values.baseAddress { value(tensor).update(from: base, count: rows * columns) }
    return tensor
  }

  /// As `copy`, with padded rows: for tensors that elementwise operations combine with results.
  public func copyPadded(_ values: UnsafeBufferPointer<Float>, rows: Int, columns: Int) -> Tensor {
    precondition(values.count >= rows * columns)
    let tensor = variable(rows: rows, columns: columns, wantsGradient: false)
    guard let base = values.baseAddress else { return tensor }
    for row in 0..<rows {
      (value(tensor) + row * tensor.stride).update(from: base + row * columns, count: columns)
    }
    return tensor
  }

  /// A tensor of zeros for the caller to fill; it has a gradient where that is wanted.
  public func variable(rows: Int, columns: Int, wantsGradient: Bool) -> Tensor {
    let tensor = make(rows: rows, columns: columns, stride: padded(columns), wantsGradient: wantsGradient)
    value(tensor).update(repeating: 0, count: tensor.storage)
    return tensor
  }

  /// `count` equal rows of constants, padded: factors for the columns of a matrix.
  public func constantRows(_ values: [Float], count: Int) -> Tensor {
    let tensor = variable(rows: count, columns: values.count, wantsGradient: false)
    for row in 0..<count { (value(tensor) + row * tensor.stride).update(from: values, count: values.count) }
    return tensor
  }

  /// The values of a tensor: row i begins at i·stride.
  public func value(_ tensor: Tensor) -> UnsafeMutablePointer<Float> { nodes[tensor.index].value }

  /// The gradient with respect to a tensor, zeros if nothing was written yet. Only for tensors with a gradient.
  ///
  /// After `backward`, that of the result of a `linear` map with an activation is the gradient before the activation.
  public func gradient(of tensor: Tensor) -> UnsafeMutablePointer<Float> {
    guard let gradient = clearedGradient(tensor) else { preconditionFailure("this tensor has no gradient") }
    return gradient
  }

  /// The values of a tensor `[rows, columns]`, without padding.
  public func array(_ tensor: Tensor) -> [Float] { unpadded(value(tensor), tensor) }

  /// The gradient with respect to a tensor `[rows, columns]`, without padding.
  public func gradientArray(of tensor: Tensor) -> [Float] { unpadded(gradient(of: tensor), tensor) }

  private func unpadded(_ base: UnsafeMutablePointer<Float>, _ tensor: Tensor) -> [Float] {
    [Float](unsafeUninitializedCapacity: tensor.rows * tensor.columns) { buffer, count in
      guard let out = buffer.baseAddress else { return }
      for row in 0..<tensor.rows {
        (out + row * tensor.columns).initialize(from: base + row * tensor.stride, count: tensor.columns)
      }
      count = tensor.rows * tensor.columns
    }
  }

  func make(rows: Int, columns: Int, stride: Int, wantsGradient: Bool) -> Tensor {
    let tensor = Tensor(index: nodes.count, rows: rows, columns: columns, stride: stride)
    nodes.append(
      Node(
        value: arena.allocate(tensor.storage),
        gradient: wantsGradient ? arena.allocate(tensor.storage) : nil))
    return tensor
  }

  func hasGradient(_ tensor: Tensor) -> Bool { nodes[tensor.index].gradient != nil }

  func make(like x: Tensor, wantsGradient: Bool) -> Tensor {
    make(rows: x.rows, columns: x.columns, stride: x.stride, wantsGradient: wantsGradient)
  }

  // MARK: The way back

  /// Keeps the way back of an operation, which passes on the gradient of its `result`.
  func record(_ result: Tensor, _ wayBack: @escaping (Tape) -> Void) {
    if hasGradient(result) { waysBack.append(wayBack) }
  }

  /// Computes the gradients of the losses (and of what the caller wrote to gradients of tensors), adding to those of
  /// the parameters. Once for a record: what was written is used up.
  public func backward() {
    for wayBack in waysBack.reversed() { wayBack(self) }
  }

  /// A tensor's gradient, set to zero if nothing was written to it yet; nil where none is wanted.
  func clearedGradient(_ tensor: Tensor) -> UnsafeMutablePointer<Float>? {
    guard let gradient = nodes[tensor.index].gradient else { return nil }
    if !nodes[tensor.index].hasGradient {
      gradient.update(repeating: 0, count: tensor.storage)
      nodes[tensor.index].hasGradient = true
    }
    return gradient
  }

  func writtenGradient(_ tensor: Tensor) -> UnsafeMutablePointer<Float>? {
    nodes[tensor.index].hasGradient ? nodes[tensor.index].gradient : nil
  }

  /// A tensor's gradient for an operation that writes all of it, and whether that must add to what stands there.
  func writableGradient(_ tensor: Tensor) -> (UnsafeMutablePointer<Float>?, accumulate: Int32) {
    let accumulate: Int32 = nodes[tensor.index].hasGradient ? 1 : 0
    if hasGradient(tensor) { nodes[tensor.index].hasGradient = true }
    return (nodes[tensor.index].gradient, accumulate)
  }
}
