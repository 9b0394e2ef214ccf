"""The article's implementations of linear regression.

    numpy_two_weights.py   eqs. 10 and 11, one derivative per weight
    numpy_matrix.py        eq. 12, any number of weights
    torch_tensor.py        tensors and autograd
    torch_nn.py            nn.Linear, nn.MSELoss, optim.SGD

Which there are stands in `settings.catalogue`; `load.py` chooses among them.
"""
