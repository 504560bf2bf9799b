# image: base
# overlayfs copies a file of the image up before it is written: with the mounter's credentials.
set -eu
echo '# more' >>/etc/hosts.allow || echo '# more' >>/etc/bash.bashrc
mv /etc/issue /etc/issue.old
