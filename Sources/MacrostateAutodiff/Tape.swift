import CMacrostateKernels
import MacrostateCompute

/// What a linear map adds to its product.
public enum BiasSource: Sendable {
  case none
  /// The same bias for every row.
  case parameter(Bias)
  /// Row i / rowsPerBias of a tensor for row i: what all samples of a set share is computed once per set.
  case rows(Tensor, rowsPerBias: Int)
}

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
  var operations: [Operation] = []

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
    operations.reserveCapacity(256)
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

  /// What was done, for the way back.
  enum Operation {
    case linear(x: Tensor, weight: Weight, bias: BiasSource, function: ElementwiseFunction, out: Tensor)
    case transposedLinear(x: Tensor, weight: Weight, out: Tensor)
    case activation(x: Tensor, function: ElementwiseFunction, out: Tensor)
    case add(Tensor, Tensor, out: Tensor)
    case multiply(Tensor, Tensor, out: Tensor)
    case affine(x: Tensor, scale: Float, out: Tensor)
    case parameter(Bias, out: Tensor)
    case segmentSums(x: Tensor, segments: [Segment], out: Tensor)
    case join([Tensor], out: Tensor)
    case onsager(matrix: Tensor, vector: Tensor, alpha: Float, w: Tensor, out: Tensor)
    case spline(x: Tensor, parameters: Tensor, shape: SplineShape, out: Tensor, logSlope: Tensor)
    case parameterMatrix(Weight, out: Tensor)
    case attentionPool(AttentionPool)
    case attentionMix(AttentionMix)
    case splitHeads(x: Tensor, form: AttentionHeads, out: Tensor)
    case mergeHeads(x: Tensor, form: AttentionHeads, out: Tensor)
    case layerNorm(LayerNormalization)
    case rowGroups(x: Tensor, size: Int, out: Tensor)
    case firstColumns(x: Tensor, out: Tensor)
    case addToFirstColumns(Tensor, Tensor, out: Tensor)
  }

  /// Memory that one operation at a time uses; taken from the arena when it is first asked for.
  var scratch: (base: UnsafeMutablePointer<Float>, count: Int)?

  /// Forgets all tensors and the loss, and gives their memory back; parameters' gradients stay.
  public func reset() {
    nodes.removeAll(keepingCapacity: true)
    operations.removeAll(keepingCapacity: true)
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

  /// How far the record goes.
  public struct Mark {
    fileprivate var nodes: Int
    fileprivate var operations: Int
    fileprivate var arena: Arena.Mark
  }

  /// The record as it is now.
  public var mark: Mark { Mark(nodes: nodes.count, operations: operations.count, arena: arena.mark) }

  /// Forgets the tensors made since `mark`, which is of this record; those before it keep their values. For tapes that
  /// only compute values.
  public func reset(to mark: Mark) {
    nodes.removeLast(nodes.count - mark.nodes)
    operations.removeLast(operations.count - mark.operations)
    arena.reset(to: mark.arena)
    scratch = nil
  }

  // MARK: Tensors

  /// A tensor over memory of the caller's, which must stay as it is until the next `reset`: rows of `columns` floats.
  public func input(_ values: UnsafePointer<Float>, rows: Int, columns: Int) -> Tensor {
    nodes.append(Node(value: UnsafeMutablePointer(mutating: values), gradient: nil))
    return Tensor(index: nodes.count - 1, rows: rows, columns: columns, stride: columns)
  }

  /// The same memory with rows of `columns` floats: sets of n points of d columns as rows of n·d. Only for what was handed
  /// in without padding.
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

  /// Where the values of a tensor are: row i begins at i·stride.
  public func value(_ tensor: Tensor) -> UnsafeMutablePointer<Float> { nodes[tensor.index].value }

  /// Where the gradient with respect to a tensor is, zeros if nothing was written yet. Only for tensors with a gradient.
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

  /// Memory for SiLU's gate, where the way back needs it.
  private func gate(of out: Tensor, _ function: ElementwiseFunction) -> UnsafeMutablePointer<Float>? {
    guard function == .silu && hasGradient(out) else { return nil }
    nodes[out.index].gate = arena.allocate(out.storage)
    return nodes[out.index].gate
  }

  // MARK: Operations

  /// function(x·Wᵀ + bias): `[rows, inputs]` → `[rows, outputs]`.
  public func linear(_ x: Tensor, _ weight: Weight, _ bias: BiasSource, _ function: ElementwiseFunction) -> Tensor {
    precondition(x.columns == weight.inputs, "linear map of \(weight.inputs) inputs on \(x.columns) columns")
    let out = make(
      rows: x.rows, columns: weight.outputs, stride: padded(weight.outputs), wantsGradient: gradient != nil)
    var product = MacrostateProduct()
    product.m = x.rows
    product.n = weight.outputs
    product.k = weight.inputs
    product.a = UnsafePointer(value(x))
    product.aRow = x.stride
    product.aColumn = 1
    product.b = UnsafePointer(parameters.base + weight.offset)
    product.bStride = weight.stride
    product.c = value(out)
    product.cStride = out.stride
    product.rowsPerBias = max(x.rows, 1)
    product.start = MacrostateStartZero
    product.activation = function.code
    product.gate = gate(of: out, function)
    switch bias {
    case .none: break
    case .parameter(let bias):
      product.start = MacrostateStartBias
      product.bias = UnsafePointer(parameters.base + bias.offset)
    case .rows(let tensor, let rowsPerBias):
      precondition(tensor.columns == weight.outputs && tensor.stride == out.stride)
      precondition(rowsPerBias > 0 && x.rows <= tensor.rows * rowsPerBias, "fewer biases than sets")
      product.start = MacrostateStartBias
      product.bias = UnsafePointer(value(tensor))
      product.biasStride = tensor.stride
      product.rowsPerBias = rowsPerBias
    }
    kernels.table.pointee.multiply(&product)
    operations.append(.linear(x: x, weight: weight, bias: bias, function: function, out: out))
    return out
  }

  /// x·W, the transpose of a linear map: `[rows, outputs]` → `[rows, inputs]`. With it the gradient of a network can be
  /// written forwards, and then differentiated.
  public func transposedLinear(_ x: Tensor, _ weight: Weight) -> Tensor {
    precondition(x.columns == weight.outputs, "transposed map of \(weight.outputs) outputs on \(x.columns) columns")
    precondition(x.stride == padded(x.columns), "a transposed map needs padded rows")
    let out = make(
      rows: x.rows, columns: weight.inputs, stride: padded(weight.inputs), wantsGradient: gradient != nil)
    multiply(
      value(x), x, by: UnsafePointer(parameters.transposedBase + weight.transposedOffset),
      bStride: padded(weight.inputs), columns: weight.inputs, into: value(out), stride: out.stride, accumulate: false)
    operations.append(.transposedLinear(x: x, weight: weight, out: out))
    return out
  }

  /// A parameter vector as a tensor `[1, count]`.
  public func parameter(_ bias: Bias) -> Tensor {
    let out = make(rows: 1, columns: bias.count, stride: padded(bias.count), wantsGradient: gradient != nil)
    value(out).update(from: parameters.base + bias.offset, count: out.storage)
    operations.append(.parameter(bias, out: out))
    return out
  }

  /// function(x), elementwise.
  public func activation(_ x: Tensor, _ function: ElementwiseFunction) -> Tensor {
    let out = make(like: x, wantsGradient: hasGradient(x))
    kernels.table.pointee.activate(
      1, x.storage, x.storage, function.code, value(x), value(out), gate(of: out, function))
    operations.append(.activation(x: x, function: function, out: out))
    return out
  }

  /// x + y.
  public func add(_ x: Tensor, _ y: Tensor) -> Tensor {
    precondition(x.rows == y.rows && x.columns == y.columns && x.stride == y.stride)
    let out = make(like: x, wantsGradient: hasGradient(x) || hasGradient(y))
    value(out).update(from: value(x), count: x.storage)
    kernels.table.pointee.addScaled(x.storage, 1, value(y), value(out))
    operations.append(.add(x, y, out: out))
    return out
  }

  /// x · y, elementwise.
  public func multiply(_ x: Tensor, _ y: Tensor) -> Tensor {
    precondition(x.rows == y.rows && x.columns == y.columns && x.stride == y.stride)
    let out = make(like: x, wantsGradient: hasGradient(x) || hasGradient(y))
    kernels.table.pointee.multiplyElements(x.storage, value(x), value(y), value(out), 0)
    operations.append(.multiply(x, y, out: out))
    return out
  }

  /// scale · x + shift.
  public func affine(_ x: Tensor, scale: Float, shift: Float) -> Tensor {
    let out = make(like: x, wantsGradient: hasGradient(x))
    value(out).update(repeating: shift, count: x.storage)
    kernels.table.pointee.addScaled(x.storage, scale, value(x), value(out))
    operations.append(.affine(x: x, scale: scale, out: out))
    return out
  }

  /// Consecutive rows that belong together, and the weight of their sum (1/n for a mean).
  public struct Segment: Sendable {
    public var count: Int
    public var weight: Float

    /// `count` rows whose sum is multiplied by `weight`.
    public init(count: Int, weight: Float) {
      self.count = count
      self.weight = weight
    }
  }

  /// Row s of the result is the weighted sum of segment s of x: `[Σ counts, columns]` → `[segments, columns]`.
  public func segmentSums(_ x: Tensor, _ segments: [Segment]) -> Tensor {
    precondition(segments.reduce(0) { $0 + $1.count } == x.rows && x.stride == padded(x.columns))
    let out = make(rows: segments.count, columns: x.columns, stride: x.stride, wantsGradient: hasGradient(x))
    var begin = 0
    for (s, segment) in segments.enumerated() {
      kernels.table.pointee.sumRows(
        segment.count, x.columns, value(x) + begin * x.stride, x.stride, segment.weight, value(out) + s * out.stride)
      begin += segment.count
    }
    operations.append(.segmentSums(x: x, segments: segments, out: out))
    return out
  }

  /// The columns of several tensors side by side.
  public func join(_ parts: [Tensor]) -> Tensor {
    if parts.count == 1 { return parts[0] }
    let rows = parts[0].rows
    let columns = parts.reduce(0) { $0 + $1.columns }
    let out = make(rows: rows, columns: columns, stride: columns, wantsGradient: parts.contains(where: hasGradient))
    var column = 0
    for part in parts {
      precondition(part.rows == rows)
      for row in 0..<rows {
        (value(out) + row * columns + column).update(from: value(part) + row * part.stride, count: part.columns)
      }
      column += part.columns
    }
    operations.append(.join(parts, out: out))
    return out
  }

  func make(like x: Tensor, wantsGradient: Bool) -> Tensor {
    make(rows: x.rows, columns: x.columns, stride: x.stride, wantsGradient: wantsGradient)
  }

  /// result (+)= x·b for a matrix b with padded rows.
  func multiply(
    _ x: UnsafePointer<Float>, _ shape: Tensor, by b: UnsafePointer<Float>, bStride: Int, columns: Int,
    into result: UnsafeMutablePointer<Float>, stride: Int, accumulate: Bool
  ) {
    var product = MacrostateProduct()
    product.m = shape.rows
    product.n = columns
    product.k = shape.columns
    product.a = x
    product.aRow = shape.stride
    product.aColumn = 1
    product.b = b
    product.bStride = bStride
    product.c = result
    product.cStride = stride
    product.rowsPerBias = 1
    product.start = accumulate ? MacrostateStartResult : MacrostateStartZero
    product.activation = MacrostateIdentity
    kernels.table.pointee.multiply(&product)
  }
}

extension ElementwiseFunction {
  var code: MacrostateActivation {
    switch self {
    case .identity: MacrostateIdentity
    case .relu: MacrostateReLU
    case .tanh: MacrostateTanh
    case .softplus: MacrostateSoftplus
    case .sigmoid: MacrostateSigmoid
    case .silu: MacrostateSiLU
    }
  }
}
