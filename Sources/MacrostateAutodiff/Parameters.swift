import CMacrostateKernels

/// A weight matrix `[outputs, inputs]` within `Parameters`.
///
/// It holds numbers alone (its name is the layout's): copying a text for every operation would make the threads count
/// references to it by turns.
public struct Weight: Sendable, Equatable {
  /// Rows of the matrix as it is named (PyTorch's layout).
  public let outputs: Int
  /// Columns of the matrix as it is named.
  public let inputs: Int
  let offset: Int
  let transposedOffset: Int
  fileprivate let index: Int

  /// Floats from one input's row to the next, as stored: `[inputs, padded(outputs)]`.
  var stride: Int { padded(outputs) }
}

/// A bias `[count]` within `Parameters`.
public struct Bias: Sendable, Equatable {
  /// The number of elements.
  public let count: Int
  let offset: Int
  fileprivate let index: Int
}

/// Names, shapes and places of a model's parameters; the parts of a model add theirs when they are made.
public struct ParameterLayout: Sendable, Equatable {
  /// The matrices, in the order they were added.
  public private(set) var weights: [Weight] = []
  /// The vectors, in the order they were added.
  public private(set) var biases: [Bias] = []
  /// Floats of all parameters, padding included.
  public private(set) var storage = 0
  private(set) var transposedStorage = 0
  private var weightNames: [String] = []
  private var biasNames: [String] = []

  /// A layout without parameters.
  public init() {}

  /// The number of parameters, padding not counted.
  public var count: Int {
    weights.reduce(0) { $0 + $1.outputs * $1.inputs } + biases.reduce(0) { $0 + $1.count }
  }

  /// A matrix's name in files, PyTorch's: `encoder.points.0.weight`.
  public func name(of weight: Weight) -> String { weightNames[weight.index] }

  /// A vector's name in files, PyTorch's.
  public func name(of bias: Bias) -> String { biasNames[bias.index] }

  /// Adds a matrix `[outputs, inputs]`.
  public mutating func addWeight(_ name: String, outputs: Int, inputs: Int) -> Weight {
    let weight = Weight(
      outputs: outputs, inputs: inputs, offset: storage, transposedOffset: transposedStorage, index: weights.count)
    weightNames.append(name)
    storage += inputs * padded(outputs)
    transposedStorage += outputs * padded(inputs)
    weights.append(weight)
    return weight
  }

  /// Adds a vector `[count]`.
  public mutating func addBias(_ name: String, count: Int) -> Bias {
    let bias = Bias(count: count, offset: storage, index: biases.count)
    biasNames.append(name)
    storage += padded(count)
    biases.append(bias)
    return bias
  }
}

/// The values of a model's parameters.
///
/// A matrix is stored transposed, `[inputs, outputs]` with padded rows, which is what a forward product and a weight's
/// gradient want; products with the matrix itself (gradients of inputs) use a second copy, made anew by
/// `valuesChanged` after every step. Padding is zero and stays so.
/// Unchecked: lanes read them while they work, and they are written between steps alone.
public final class Parameters: @unchecked Sendable {
  // Unchecked: the memory is written by one thread (or by several in disjoint parts) between steps, and only read in
  // them.
  /// The places of the parameters.
  public let layout: ParameterLayout
  /// The first of the values.
  let base: UnsafeMutablePointer<Float>
  let values: UnsafeMutableBufferPointer<Float>
  /// The first number of the matrices' second copy.
  let transposedBase: UnsafeMutablePointer<Float>

  /// Parameters of this layout, all zero.
  public init(_ layout: ParameterLayout) {
    self.layout = layout
    let count = max(layout.storage, padding)
    base = allocateFloats(count)
    values = UnsafeMutableBufferPointer(start: base, count: count)
    transposedBase = allocateFloats(max(layout.transposedStorage, padding))
  }

  deinit {
    base.deallocate()
    transposedBase.deallocate()
  }

  /// The elements of a matrix in PyTorch's order, `[outputs, inputs]`.
  public subscript(weight: Weight) -> [Float] {
    get {
      (0..<weight.outputs * weight.inputs).map { values[weight.place(of: $0)] }
    }
    set {
      precondition(newValue.count == weight.outputs * weight.inputs)
      for (i, value) in newValue.enumerated() { values[weight.place(of: i)] = value }
      refreshTranspose(weight)
    }
  }

  /// The elements of a vector.
  public subscript(bias: Bias) -> [Float] {
    get { Array(values[bias.offset..<bias.offset + bias.count]) }
    set {
      precondition(newValue.count == bias.count)
      for (i, value) in newValue.enumerated() { values[bias.offset + i] = value }
    }
  }

  /// All parameters as they lie in memory, padding included.
  public var storage: [Float] {
    get { Array(values[..<layout.storage]) }
    set {
      precondition(newValue.count == layout.storage)
      _ = values.update(fromContentsOf: newValue)
      valuesChanged()
    }
  }

  /// A copy that later steps leave alone.
  public func copy() -> Parameters {
    let copy = Parameters(layout)
    copy.storage = storage
    return copy
  }

  /// To be called after the values were written: brings the second copy of the matrices up to date.
  public func valuesChanged() {
    for weight in layout.weights { refreshTranspose(weight) }
  }

  /// As `valuesChanged`, for matrix `index` of the layout alone; different matrices from different threads.
  func valueChanged(ofWeight index: Int) { refreshTranspose(layout.weights[index]) }

  private func refreshTranspose(_ weight: Weight) {
    let stride = padded(weight.inputs)
    for output in 0..<weight.outputs {
      let row = transposedBase + weight.transposedOffset + output * stride
      let column = base + weight.offset + output
      for input in 0..<weight.inputs { row[input] = column[input * weight.stride] }
    }
  }
}

extension Weight {
  /// The place of element i of the `[outputs, inputs]` matrix.
  fileprivate func place(of i: Int) -> Int { offset + (i % inputs) * stride + i / inputs }
}

/// The gradient of a loss with respect to `Parameters`, or a moment of it: the same layout.
/// Unchecked: a lane writes its own, and it is read when the lanes rest.
public final class ParameterGradient: @unchecked Sendable {
  // Unchecked: a lane has a gradient of its own, and a lane is run by one thread at a time.
  /// The places of the parameters.
  public let layout: ParameterLayout
  /// The first of the elements.
  let base: UnsafeMutablePointer<Float>
  let values: UnsafeMutableBufferPointer<Float>

  /// A gradient of zeros.
  public init(_ layout: ParameterLayout) {
    self.layout = layout
    let count = max(layout.storage, padding)
    base = allocateFloats(count)
    values = UnsafeMutableBufferPointer(start: base, count: count)
  }

  deinit { base.deallocate() }

  /// Sets all to zero.
  public func clear() { values.update(repeating: 0) }

  /// The gradient with respect to a matrix, `[outputs, inputs]`.
  public subscript(weight: Weight) -> [Float] {
    (0..<weight.outputs * weight.inputs).map { values[weight.place(of: $0)] }
  }

  /// The gradient with respect to a vector.
  public subscript(bias: Bias) -> [Float] { Array(values[bias.offset..<bias.offset + bias.count]) }

  /// All elements as they lie in memory, padding included.
  public var storage: [Float] {
    get { Array(values[..<layout.storage]) }
    set {
      precondition(newValue.count == layout.storage)
      _ = values.update(fromContentsOf: newValue)
    }
  }

  /// √Σ g².
  public var norm: Double { values.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot() }
}
